-- Moves the first waiting job of a type to active, for one worker, and hands it out.
-- A worker that asks again before it has ended its job gets the same job: the reply to its first question was lost.
--
-- KEYS[1] q:TYPE:claims:PROCESSOR  hash: worker id to the zid of the job that it has claimed
-- KEYS[2] q:TYPE:jobs              list: a marker for each waiting job, which wakes up an idle worker
-- KEYS[3] q:TYPE:heartbeats        sorted set: see recover.lua
-- ARGV[3] processor   ARGV[4] worker id   ARGV[5] 1 where the worker has taken a marker, else 0
-- ARGV[6] zid of the job that this worker is about to end, or ''
--
-- Reply: [id, [field, value, ...]] of the job, in JSON; nil when none waits; 0 when it is to be asked again: ARGV[6] has not
-- been ended yet, or what stood first was no job. JSON, since Redis 5 and 6 send a table piece by piece: workers that ask
-- together would not be answered together.

local processor, worker, hasMarker, ending = unpack(ARGV, 3)
local waiting = 'q:jobs:' .. jobType .. ':inactive'

local claimed = redis.call('HGET', KEYS[1], worker)
if ending ~= '' and claimed == ending then return 0 end
if claimed then
  local job, id = jobOf(claimed)
  if job and owns(worker, job) then return cjson.encode({ id, redis.call('HGETALL', job) }) end
  redis.call('HDEL', KEYS[1], worker)
end

for _ = 1, 100 do
  local zid = redis.call('ZRANGE', waiting, 0, 0)[1]
  if not zid then return nil end
  local job, id = jobOf(zid)
  if job then
    redis.call('HSET', KEYS[1], worker, zid)
    -- A processor that was stalled may claim before its next heartbeat.
    redis.call('ZADD', KEYS[3], 'NX', latestCheck(KEYS[3]), processor)
    local started = number(redis.call('HGET', job, 'started_at')) == now and now + 1 or now -- end.lua tells them apart by it
    move(job, zid, jobType, 'inactive', 'active', nil, 'workerId', worker, 'started_at', started)
    if hasMarker == '0' then redis.pcall('LPOP', KEYS[2]) end
    publish(id, 'start', cjson.encode(jobType))
    return cjson.encode({ id, redis.call('HGETALL', job) })
  end
  -- What is no job can't be done, and must not keep the others waiting.
  redis.call('ZREM', waiting, zid)
  redis.call('ZREM', 'q:jobs:inactive', zid)
end
return 0
