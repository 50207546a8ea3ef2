-- Appends a batch whole or not at all, once however often it is sent.
-- KEYS: stream, writer, segments, bytes
-- ARGV: number of the batch, entries per segment, most bytes of the stream, offset to go on after,
--       life of the writer in ms, then the lines
-- Answers {'stored', first} | {'full', bytes} | {'unknown', 0} | {'stale', 0}
local known = redis.call('HMGET', KEYS[2], 'batch', 'first')
if not known[1] then return {'unknown', 0} end
local batch = tonumber(ARGV[1])
if batch == tonumber(known[1]) then
  if known[2] == 'full' then return {'full', 0} end
  return {'stored', tonumber(known[2])}
end
if batch < tonumber(known[1]) then return {'stale', 0} end

local size = 0
for i = 6, #ARGV do size = size + #ARGV[i] end
local held = tonumber(redis.call('GET', KEYS[4]) or '0')
-- one batch always fits where nothing is held, however large
if held > 0 and held + size > tonumber(ARGV[3]) then
  -- what was refused stays refused, also where it comes again
  redis.call('HSET', KEYS[2], 'batch', ARGV[1], 'first', 'full')
  return {'full', held}
end

-- "segment last bytes", one per segment, oldest first
local tail = redis.call('LINDEX', KEYS[3], -1)
local same, last, bytes
if tail then same, last, bytes = string.match(tail, '^(%d+) (%d+) (%d+)$') end
local first = math.max(tonumber(last or '0'), tonumber(ARGV[4])) + 1
for i = 6, #ARGV do
  redis.call('XADD', KEYS[1], string.format('%.0f-0', first + i - 6), 'l', ARGV[i])
end
local newest = first + #ARGV - 6

local segment = math.floor(first / tonumber(ARGV[2]))
if same and tonumber(same) == segment then
  redis.call('LSET', KEYS[3], -1, string.format('%.0f %.0f %.0f', segment, newest, tonumber(bytes) + size))
else
  redis.call('RPUSH', KEYS[3], string.format('%.0f %.0f %.0f', segment, newest, size))
end
redis.call('INCRBY', KEYS[4], size)
redis.call('HSET', KEYS[2], 'batch', ARGV[1], 'first', string.format('%.0f', first))
redis.call('PEXPIRE', KEYS[2], ARGV[5])
return {'stored', first}
