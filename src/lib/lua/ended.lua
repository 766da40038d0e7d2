-- Looks which of some jobs have ended, or are gone.
--
-- KEYS[...] q:job:ID of each
-- Reply: { n, state, text } for each of these jobs, n counting from 1: its result in JSON if complete, its error if failed.

local replies = {}
for n, job in ipairs(KEYS) do
  local fields = redis.pcall('HMGET', job, 'state', 'result', 'error')
  local state = fields[1] or 'gone'
  if state == 'complete' or state == 'failed' or state == 'gone' then
    replies[#replies + 1] = { n, state, state == 'failed' and fields[3] or fields[2] or '' }
  end
end
return replies
