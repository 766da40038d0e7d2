-- A processor's heartbeat, and at most once a second over all processors of a type a check. A processor of which six checks
-- in a row have seen no heartbeat is stalled: its jobs go back to the queue. Only what processors have claimed by claim.lua is
-- looked at, so a check costs the same however many jobs there are, and other programs' jobs are left alone.
--
-- KEYS[1] q:TYPE:heartbeats     sorted set: each processor by the number of the latest check at its latest heartbeat
-- KEYS[2] q:TYPE:stalled-check  expires 0.9 s after a check: only then another is made
-- KEYS[3] q:TYPE:jobs           list of markers
-- ARGV[3] processor   ARGV[4] 'heartbeat', or 'close' where the processor ends: its own jobs go back to the queue
--
-- Reply: 1; for 'close', how many jobs were looked at. There may be more where it is 100.

local STALLED_CHECKS, MAX_STALLED, MAX_REQUEUED, LOCK_MS = 6, 200, 100, 900
local processor, what = unpack(ARGV, 3)

local function requeue(worker, zid, stalls)
  local job = jobOf(zid)
  if not job or ownerOf(job) ~= worker then return end
  stalls = stalls + number(redis.call('HGET', job, 'stalls'), 0)
  move(job, zid, jobType, 'active', 'inactive', nil, 'stalls', stalls)
  redis.pcall('LPUSH', KEYS[3], 1)
end

-- Requeues at most `limit` jobs of a processor. What can't be requeued, as a key is of a wrong type, stays claimed.
-- HSCAN may pass over a thousand places that are empty by now and find nothing: there are more behind them.
local function requeueClaims(owner, stalls, limit)
  local claims = 'q:' .. jobType .. ':claims:' .. owner
  local cursor, claimed, jobs = '0', nil, 0
  repeat
    cursor, claimed = unpack(redis.call('HSCAN', claims, cursor, 'COUNT', limit))
    for i = 1, math.min(#claimed, 2 * (limit - jobs)), 2 do
      if pcall(requeue, claimed[i], claimed[i + 1], stalls) then redis.call('HDEL', claims, claimed[i]) end
      jobs = jobs + 1
    end
  until cursor == '0' or jobs == limit
  if redis.call('EXISTS', claims) == 0 then redis.call('ZREM', KEYS[1], owner) end
  return jobs
end

if what == 'close' then return requeueClaims(processor, 0, MAX_REQUEUED) end
local check = latestCheck(KEYS[1])
redis.call('ZADD', KEYS[1], check, processor)
local wait = redis.call('PTTL', KEYS[2])
if wait >= 0 and wait <= LOCK_MS then return 1 end -- more where Redis's clock was set back
redis.call('SET', KEYS[2], processor, 'PX', LOCK_MS) -- also where another key stood, which would never expire

check = check + 1
redis.call('ZADD', KEYS[1], check, processor)
local left = MAX_REQUEUED
for _, stalled in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', check - STALLED_CHECKS, 'LIMIT', 0, MAX_STALLED)) do
  local isDone, jobs = pcall(requeueClaims, stalled, 1, left)
  if isDone then left = left - jobs
  else redis.call('ZADD', KEYS[1], check, stalled) end -- its claims are a key of a wrong type: the others come first
  if left <= 0 then break end
end
return 1
