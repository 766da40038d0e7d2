-- Moves the first waiting job of a type to active, and hands it out. Each claim has an id of its own. A worker that asks again
-- with the same id gets the same job: the reply to its first question was lost.
--
-- KEYS[1] q:TYPE:claims:PROCESSOR  hash: the id of each claim to the zid of its job
-- KEYS[2] q:TYPE:jobs              list: a marker for each waiting job, which wakes up an idle worker
-- KEYS[3] q:TYPE:heartbeats        sorted set: see recover.lua
-- ARGV[3] processor   ARGV[4] the claim's id   ARGV[5] 1 where the worker has taken a marker, else 0
-- ARGV[6] the id of the claim that this worker is about to end, or ''
-- ARGV[7] how often a job may stall. Of one that did so often, the data is left out: it may be what kills its processors.
--
-- Reply: [id, [field, value, ...]] of the job, in JSON; nil when none waits; 0 when it is to be asked again: ARGV[6] has not
-- been ended yet, or what stood first was no job. JSON, since Redis 5 and 6 send a table piece by piece: workers that ask
-- together would not be answered together.

local processor, claim, hasMarker, ending, maxStalls = unpack(ARGV, 3)
local waiting = 'q:jobs:' .. jobType .. ':inactive'

local function handOut(job, id)
  local fields, stalls = redis.call('HGETALL', job), number(redis.call('HGET', job, 'stalls'), 0)
  for i = 1, #fields, 2 do
    if fields[i] == 'data' and stalls >= tonumber(maxStalls) then fields[i + 1] = '' end
  end
  return cjson.encode({ id, fields })
end

if redis.call('HEXISTS', KEYS[1], ending) == 1 then return 0 end
local claimed = redis.call('HGET', KEYS[1], claim)
if claimed then
  local job, id = jobOf(claimed)
  if job and owns(claim, job) then return handOut(job, id) end
  redis.call('HDEL', KEYS[1], claim)
end

for _ = 1, 100 do
  local zid = redis.call('ZRANGE', waiting, 0, 0)[1]
  if not zid then return nil end
  local job, id = jobOf(zid)
  if job then
    redis.call('HSET', KEYS[1], claim, zid)
    -- A processor that was stalled may claim before its next heartbeat.
    redis.call('ZADD', KEYS[3], 'NX', latestCheck(KEYS[3]), processor)
    move(job, zid, jobType, 'inactive', 'active', nil, 'workerId', claim, 'started_at', now)
    if hasMarker == '0' then redis.pcall('LPOP', KEYS[2]) end
    publish(id, 'start', cjson.encode(jobType))
    return handOut(job, id)
  end
  -- What is no job can't be done, and must not keep the others waiting.
  redis.call('ZREM', waiting, zid)
  redis.call('ZREM', 'q:jobs:inactive', zid)
end
return 0
