-- Takes a lease that nobody holds, with a new token.
-- KEYS: lease    ARGV: holder, address, life in ms    Answers {1, token} | {0, ms until it may be free}
-- The clock is that of Redis. The token is never set back: the key has no expiry.
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
local life = tonumber(ARGV[3])
local lease = redis.call('HMGET', KEYS[1], 'until', 'life')
local left = tonumber(lease[1] or '0') - now
-- a clock that was set back must not keep a dead holder's lease beyond one life of it
if left > tonumber(lease[2] or '0') then
  left = tonumber(lease[2])
  redis.call('HSET', KEYS[1], 'until', string.format('%.0f', now + left))
end
if left > 0 then return {0, left} end
local token = redis.call('HINCRBY', KEYS[1], 'token', 1)
redis.call('HSET', KEYS[1], 'holder', ARGV[1], 'address', ARGV[2], 'life', ARGV[3],
  'until', string.format('%.0f', now + life))
return {1, token}
