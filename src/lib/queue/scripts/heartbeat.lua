-- A processor's heartbeat, and at most once a second over all processors of a type a check. A processor of which six checks in
-- a row have seen no heartbeat is stalled: its jobs go back to the queue, but a job that has stalled three times fails. Only
-- what was claimed by next.lua is looked at: a check costs the same however many jobs there are, and leaves others' jobs alone.
-- ARGV[3] processor   ARGV[4] 'beat', or 'close' if the processor ends: its own jobs go back to the queue
-- Reply: nil

local processor, what = unpack(ARGV, 3)
local function requeueJobsOf(stalled, stalls)
  local claims = 'q:' .. jobType .. ':claims:' .. stalled
  local all = redis.call('HGETALL', claims)
  for n = 1, #all, 2 do
    local worker, zid = all[n], all[n + 1]
    local job, id = jobOf(zid)
    local isOurs = ownerOf(job or '') == worker
    if isOurs and redis.call('HINCRBY', job, 'stalls', stalls) < 3 then move(job, zid, 'active', 'inactive')
    elseif isOurs then finish(job, zid, id, '', 'Job stalled more than 3 times', 'Job stalled more than 3 times', 0) end
  end
  redis.call('DEL', claims)
  redis.call('ZREM', heartbeats, stalled)
end

if what == 'close' then return requeueJobsOf(processor, 0) end
-- The sorted set has each processor by the number of the latest check at its latest heartbeat.
local check = latestCheck()
if redis.call('SET', 'q:' .. jobType .. ':stalled-check', processor, 'PX', 900, 'NX') then check = check + 1 end
redis.call('ZADD', heartbeats, check, processor)
for _, stalled in ipairs(redis.call('ZRANGEBYSCORE', heartbeats, '-inf', check - 6)) do requeueJobsOf(stalled, 1) end
