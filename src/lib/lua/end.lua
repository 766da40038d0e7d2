-- Ends a job: it is complete, has failed, or waits for its next attempt. Changes nothing if the claim that ends it does not
-- own the job any more: another has taken it over, it was removed, or it was ended before and the reply was lost.
--
-- KEYS[1] q:TYPE:claims:PROCESSOR   KEYS[2] q:TYPE:jobs, the list of markers
-- ARGV[3] worker id   ARGV[4] the claim's number   ARGV[5] zid
-- ARGV[6] the result in JSON, or '' where the job has failed; then
-- ARGV[7] the error message   ARGV[8] its stack   ARGV[9] ms until the next attempt, should there be one
--
-- Reply: 1, or 0 when nothing was changed.

local worker, claim, zid, result, message, stack, delay = unpack(ARGV, 3)
local job, id = jobOf(zid)

if not job or not owns(worker, claim, job) then return 0 end
local fields = redis.call('HMGET', job, 'started_at', 'attempts', 'max_attempts', 'removeOnComplete')
local attempts, limit = math.max(number(fields[2], 0), 0), number(fields[3], 1)
attempts = math.max(attempts, math.min(attempts + 1, limit))

-- Before anything is told or counted: where a key is of a wrong type this script stops here, and is asked again.
local function finish(state, score, ...)
  move(job, zid, jobType, 'active', state, score, 'attempts', attempts, ...)
  redis.call('HDEL', job, 'stalls')
  redis.pcall('HDEL', KEYS[1], worker)
end

if result ~= '' then
  local duration = now - number(fields[1], now)
  finish('complete', nil, 'progress', 100, 'result', result, 'duration', duration)
  redis.pcall('INCRBY', 'q:stats:work-time', duration)
  publish(id, 'complete', result)
  if fields[4] then
    local sets = { 'q:jobs', 'q:jobs:complete', 'q:jobs:' .. jobType .. ':complete' }
    for _, set in ipairs(sets) do redis.call('ZREM', set, zid) end
    redis.call('DEL', job, job .. ':log')
    publish(id, 'remove', cjson.encode(jobType))
  end
  return 1
end

local state = attempts >= limit and 'failed' or tonumber(delay) > 0 and 'delayed' or 'inactive'
if state == 'delayed' then redis.call('HSET', job, 'promote_at', now + delay, 'delay', delay) end
finish(state, state == 'delayed' and now + delay or nil, 'error', stack, 'failed_at', now)
redis.pcall('RPUSH', job .. ':log', message)
publish(id, 'error', cjson.encode(stack))
if state == 'failed' then
  publish(id, 'failed', cjson.encode(message))
  return 1
end
publish(id, 'failed attempt', cjson.encode(message), attempts)
if state == 'inactive' then
  redis.pcall('LPUSH', KEYS[2], 1)
  publish(id, 'enqueue', cjson.encode(jobType))
end
return 1
