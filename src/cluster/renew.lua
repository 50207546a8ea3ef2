-- Renews a lease, also one that ran out, as long as nobody else has taken it.
-- KEYS: lease    ARGV: token, life in ms, folded offset ('' where there is none), holder
-- Answers 1 | 0. A token may repeat after a failover that lost writes; a holder does not.
if redis.call('HGET', KEYS[1], 'token') ~= ARGV[1] then return 0 end
if redis.call('HGET', KEYS[1], 'holder') ~= ARGV[4] then return 0 end
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
redis.call('HSET', KEYS[1], 'until', string.format('%.0f', now + tonumber(ARGV[2])))
if ARGV[3] ~= '' then redis.call('HSET', KEYS[1], 'folded', ARGV[3]) end
return 1
