-- Moves the first waiting job of a type to active, and hands it out. A worker numbers its claims. When it asks again with the
-- same number it gets the same job: the reply to its first question was lost.
--
-- KEYS[1] q:TYPE:claims:PROCESSOR  hash: worker id to the zid of the job that it has claimed
-- KEYS[2] q:TYPE:jobs              list: a marker for each waiting job, which wakes up an idle worker
-- KEYS[3] q:TYPE:heartbeats        sorted set: see recover.lua
-- ARGV[3] processor   ARGV[4] worker id   ARGV[5] the claim's number   ARGV[6] 1 where the worker has taken a marker, else 0
-- ARGV[7] 1 where the worker is about to end the claim before, else 0
-- ARGV[8] how often a job may stall. Of one that did so often, long fields are left out: they may kill its processors.
--
-- Reply: [id, [field, value, ...]] of the job, in JSON; nil when none waits; 0 when it is to be asked again: the claim before
-- has not been ended yet, or what stood first was no job. JSON, since Redis 5 and 6 send a table piece by piece: workers that
-- ask together would not be answered together.

local processor, worker, claim, hasMarker, isEnding, maxStalls = unpack(ARGV, 3)
local waiting = 'q:jobs:' .. jobType .. ':inactive'

local function handOut(job, id)
  local fields, stalls = redis.call('HGETALL', job), number(redis.call('HGET', job, 'stalls'), 0)
  for i = 1, #fields, 2 do
    if stalls >= tonumber(maxStalls) and #fields[i + 1] > 1000 then fields[i + 1] = '' end
  end
  return cjson.encode({ id, fields })
end

local claimed = redis.call('HGET', KEYS[1], worker)
if claimed then
  local job, id = jobOf(claimed)
  local owner, latest
  if job then owner, latest = ownerOf(job) end
  if owner == worker then
    if tonumber(latest) > tonumber(claim) then return nil end -- this was held up on its way
    if latest == claim then return handOut(job, id) end
    if isEnding == '1' then return 0 end
    redis.call('HSET', job, 'workerId', worker .. ':' .. claim) -- that one was held up on its way, and nobody got its reply
    return handOut(job, id)
  end
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
    move(job, zid, jobType, 'inactive', 'active', nil, 'workerId', worker .. ':' .. claim, 'started_at', now)
    if hasMarker == '0' then redis.pcall('LPOP', KEYS[2]) end -- one marker for each job
    publish(id, 'start', cjson.encode(jobType))
    return handOut(job, id)
  end
  -- What is no job can't be done, and must not keep the others waiting.
  redis.call('ZREM', waiting, zid)
  redis.call('ZREM', 'q:jobs:inactive', zid)
end
return 0
