-- Entries from an offset on, as many as fit into a page, at least one.
-- KEYS: stream    ARGV: from, to, most entries, most bytes    Answers offset, line, offset, line …
local page, bytes, from = {}, 0, ARGV[1]
for _ = 1, tonumber(ARGV[3]) do
  local found = redis.call('XRANGE', KEYS[1], from, ARGV[2], 'COUNT', 1)[1]
  if not found then break end
  local line = found[2][2]
  bytes = bytes + #line
  if #page > 0 and bytes > tonumber(ARGV[4]) then break end
  page[#page + 1] = string.match(found[1], '^(%d+)')
  page[#page + 1] = line
  from = '(' .. found[1]
end
return page
