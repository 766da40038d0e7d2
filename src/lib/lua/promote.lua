-- Moves delayed jobs whose time has come to inactive: those of all types, as Kue does.
--
-- Reply: how many were looked at. There may be more where it is 100.

local due = redis.call('ZRANGEBYSCORE', 'q:jobs:delayed', '-inf', now, 'LIMIT', 0, 100)
for _, zid in ipairs(due) do
  local job, id = jobOf(zid)
  local fields = job and redis.call('HMGET', job, 'state', 'type') or {}
  if fields[1] == 'delayed' then
    move(job, zid, fields[2], 'delayed', 'inactive')
    redis.pcall('LPUSH', 'q:' .. fields[2] .. ':jobs', 1)
    publish(id, 'promotion')
    publish(id, 'enqueue', cjson.encode(fields[2]))
  else
    redis.call('ZREM', 'q:jobs:delayed', zid)
  end
end
return #due
