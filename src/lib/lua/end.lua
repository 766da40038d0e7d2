-- Ends a job: it is complete, has failed, or waits for its next attempt. Changes nothing if the worker that asks does not
-- own the job any more: another has taken it over, it was removed, or it was ended before and the reply was lost.
--
-- KEYS[1] q:TYPE:claims:PROCESSOR   KEYS[2] q:job:ID
-- ARGV[1] worker id   ARGV[2] id   ARGV[3] zid   ARGV[4] now, in ms   ARGV[5] when the job was claimed, in ms
-- ARGV[6] the result in JSON, or '' where the job has failed; then
-- ARGV[7] the error message   ARGV[8] the whole error   ARGV[9] ms until the next attempt, should there be one
--
-- Reply: 1, or 0 when nothing was changed.

local worker, id, zid, now = ARGV[1], ARGV[2], ARGV[3], tonumber(ARGV[4])
local result, message, trace, delay = ARGV[6], ARGV[7], ARGV[8], tonumber(ARGV[9])
local job = KEYS[2]

local function forgetClaim()
  if redis.call('HGET', KEYS[1], worker) == zid then redis.call('HDEL', KEYS[1], worker) end
end

local fields = redis.call('TYPE', job).ok == 'hash' and redis.call('HMGET', job, 'state', 'workerId', 'type', 'priority',
  'attempts', 'max_attempts', 'started_at', 'removeOnComplete')
if not fields or fields[1] ~= 'active' or fields[2] ~= worker then
  forgetClaim()
  return 0
end
local type, priority = fields[3], tonumber(fields[4]) or 0
local attempts, limit = tonumber(fields[5]) or 0, tonumber(fields[6]) or 1
if priority ~= priority then priority = 0 end -- not a number
if limit ~= limit then limit = 1 end
if not (attempts >= 0) then attempts = 0 end
if fields[7] ~= ARGV[5] then return 0 end -- the same worker has claimed it again since
attempts = math.max(attempts, math.min(attempts + 1, limit))

local function move(state, score)
  redis.call('ZADD', 'q:jobs:' .. state, score or priority, zid)
  redis.call('ZADD', 'q:jobs:' .. type .. ':' .. state, priority, zid)
  redis.call('HSET', job, 'state', state, 'updated_at', now, 'attempts', attempts)
  redis.call('HDEL', job, 'stalls')
  redis.call('ZREM', 'q:jobs:active', zid)
  redis.call('ZREM', 'q:jobs:' .. type .. ':active', zid)
  forgetClaim()
end

local function publish(event, arguments)
  local args = '["' .. event .. '",' .. arguments .. ']'
  redis.pcall('PUBLISH', 'q:events', '{"id":' .. id .. ',"event":"' .. event .. '","args":' .. args .. '}')
end

if result ~= '' then
  local duration = now - (tonumber(fields[7]) or now)
  redis.call('HSET', job, 'progress', 100, 'result', result, 'duration', duration)
  redis.pcall('INCRBY', 'q:stats:work-time', duration)
  move('complete')
  publish('complete', result)
  if fields[8] then
    redis.call('ZREM', 'q:jobs', zid)
    redis.call('ZREM', 'q:jobs:complete', zid)
    redis.call('ZREM', 'q:jobs:' .. type .. ':complete', zid)
    redis.call('DEL', job, job .. ':log')
    publish('remove', cjson.encode(type))
  end
  return 1
end

redis.call('HSET', job, 'error', trace, 'failed_at', now)
redis.pcall('RPUSH', job .. ':log', message)
publish('error', cjson.encode(trace))
if attempts >= limit then
  move('failed')
  publish('failed', cjson.encode(message))
elseif delay > 0 then
  redis.call('HSET', job, 'promote_at', now + delay, 'delay', delay)
  move('delayed', now + delay)
  publish('failed attempt', cjson.encode(message) .. ',' .. attempts)
else
  move('inactive')
  redis.pcall('LPUSH', 'q:' .. type .. ':jobs', 1)
  publish('failed attempt', cjson.encode(message) .. ',' .. attempts)
  publish('enqueue', cjson.encode(type))
end
return 1
