-- Lets the oldest segment go where all of it is below an offset; the newest segment stays.
-- KEYS: stream, segments, bytes    ARGV: offset    Answers 1 where there may be more, else 0
if redis.call('LLEN', KEYS[2]) < 2 then return 0 end
local _, last, bytes = string.match(redis.call('LINDEX', KEYS[2], 0), '^(%d+) (%d+) (%d+)$')
if tonumber(last) >= tonumber(ARGV[1]) then return 0 end
redis.call('XTRIM', KEYS[1], 'MINID', '=', string.format('%.0f-0', tonumber(last) + 1))
redis.call('LPOP', KEYS[2])
redis.call('DECRBY', KEYS[3], bytes)
return 1
