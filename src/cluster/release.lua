-- Gives a lease back; the token stays, so that what its holder left on the way is refused.
-- KEYS: lease    ARGV: token, holder    Answers 1 | 0
if redis.call('HGET', KEYS[1], 'token') ~= ARGV[1] then return 0 end
if redis.call('HGET', KEYS[1], 'holder') ~= ARGV[2] then return 0 end
redis.call('HSET', KEYS[1], 'holder', '', 'address', '', 'until', '0')
return 1
