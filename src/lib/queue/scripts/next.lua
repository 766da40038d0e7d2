-- Ends the job of a worker, if it has one, and claims its next. A worker numbers its claims. When it sends the same number
-- again, as the reply was lost, it gets the same job, and nothing is ended.
-- ARGV[3] processor   ARGV[4] worker id   ARGV[5] the claim's number
-- ARGV[6] 'claim', 'marker' if the worker has taken a marker, or 'end' if it wants no more
-- ARGV[7] the result of the job before in JSON, '' if it has failed; absent if there is none. Then
-- ARGV[8] the error message   ARGV[9] its stack   ARGV[10] ms until the next attempt, should there be one
-- Reply: the fields of the job, and its id, in JSON; nil when none waits. JSON, since Redis 5 and 6 send a table piece by piece:
-- workers that claim together would not be answered together.

local processor, worker, claimNumber, how, result, message, stack, delay = unpack(ARGV, 3)
local claims = 'q:' .. jobType .. ':claims:' .. processor -- hash: worker id to the zid of the job that it has claimed
local function handOut(job, id)
  local fields, all = {}, redis.call('HGETALL', job)
  for n = 1, #all, 2 do fields[all[n]] = all[n + 1] end
  fields.id = id
  return cjson.encode(fields)
end

local claimed = redis.call('HGET', claims, worker)
local job, id = jobOf(claimed or '')
local owner, latest = ownerOf(job or '')
if owner == worker then
  if tonumber(latest) > tonumber(claimNumber) then return nil end -- a late copy of an older claim: ignore it
  if not result or tonumber(latest) ~= claimNumber - 1 then -- a reply was lost, or a failover has lost a step
    redis.call('HSET', job, 'workerId', worker .. ':' .. claimNumber)
    return handOut(job, id)
  end
  finish(job, claimed, id, result, message, stack, tonumber(delay))
end
redis.call('HDEL', claims, worker)
if how == 'end' then return nil end

local waiting, zid = 'q:jobs:' .. jobType .. ':inactive', nil
repeat
  zid = redis.call('ZRANGE', waiting, 0, 0)[1]
  if not zid then return nil end
  job, id = jobOf(zid)
  -- What stands for no job must not keep the others waiting.
  if not job then redis.call('ZREM', 'q:jobs:inactive', zid) redis.call('ZREM', waiting, zid) end
until job
redis.call('HSET', claims, worker, zid)
redis.call('ZADD', heartbeats, 'NX', latestCheck(), processor) -- one that was stalled may claim before its next heartbeat
move(job, zid, 'inactive', 'active', nil, 'workerId', worker .. ':' .. claimNumber, 'started_at', now)
if how ~= 'marker' then redis.call('LPOP', markers) end -- one for each job
publish(id, 'start', cjson.encode(jobType))
return handOut(job, id)
