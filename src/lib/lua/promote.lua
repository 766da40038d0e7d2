-- Moves delayed jobs whose time has come to inactive: those of all types, as Kue does.
--
-- Reply: how many were looked at. There may be more where it is 100.

local wait = redis.call('PTTL', 'promotion:lock') -- Kue's own is 2 s; more where Redis's clock was set back
if wait > 0 and wait <= 60000 then return 0 end -- another program does it, by Kue's own steps

local function promote(zid)
  local job, id = jobOf(zid)
  local fields = job and redis.call('HMGET', job, 'state', 'type') or {}
  if fields[1] ~= 'delayed' then return redis.call('ZREM', 'q:jobs:delayed', zid) end
  move(job, zid, fields[2], 'delayed', 'inactive')
  redis.pcall('LPUSH', 'q:' .. fields[2] .. ':jobs', 1)
  publish(id, 'promotion')
  publish(id, 'enqueue', cjson.encode(fields[2]))
end

local due = redis.call('ZRANGEBYSCORE', 'q:jobs:delayed', '-inf', now, 'LIMIT', 0, 100)
for _, zid in ipairs(due) do
  -- What can't be moved, as a key is of a wrong type, must not keep the others waiting: it is tried again in a minute.
  if not pcall(promote, zid) then redis.call('ZADD', 'q:jobs:delayed', now + 60000, zid) end
end
return #due
