-- Stands in front of each Lua script of this folder: what they share. A job is a hash, q:job:ID. Its zid, 01|7 for the job 7,
-- is in two of Kue's sorted sets: q:jobs:STATE, and q:jobs:TYPE:STATE. The list q:TYPE:jobs has a marker for each waiting job,
-- which wakes up an idle worker.
-- ARGV[1] the type of the jobs   ARGV[2] now, in ms

local jobType, now = ARGV[1], tonumber(ARGV[2])
local markers = 'q:' .. jobType .. ':jobs'
local heartbeats = 'q:' .. jobType .. ':heartbeats' -- sorted set, see heartbeat.lua

-- The key of the job's hash, and its id; nil if a zid stands for no job.
local function jobOf(zid)
  local id = string.match(zid, '^%d%d|([1-9]%d*)$')
  local found = id and redis.pcall('HGET', 'q:job:' .. id, 'type') -- an error if another type of key is there
  if type(found) == 'string' then return 'q:job:' .. id, id end
end

-- The worker that owns a job, and the number of its claim; nil if nobody does the job.
local function ownerOf(job)
  local state, owner = unpack(redis.call('HMGET', job, 'state', 'workerId'))
  if state == 'active' and owner then return string.match(owner, '^(.*):(%d+)$') end
end

-- The number of the latest check, see heartbeat.lua.
local function latestCheck()
  return tonumber(redis.call('ZREVRANGE', heartbeats, 0, 0, 'WITHSCORES')[2]) or 0
end

-- Publishes an event of a job on Kue's channel. Further arguments are the event's own, in JSON.
local function publish(id, event, ...)
  local args = table.concat({ '"' .. event .. '"', ... }, ',')
  redis.call('PUBLISH', 'q:events', '{"id":' .. id .. ',"event":"' .. event .. '","args":[' .. args .. ']}')
end

-- `score` is its place in q:jobs:STATE, by default its priority. Further arguments: field, value, ... to be set.
local function move(job, zid, from, to, score, ...)
  local priority = redis.call('ZSCORE', 'q:jobs:' .. jobType .. ':' .. from, zid) or 0
  redis.call('ZADD', 'q:jobs:' .. to, score or priority, zid)
  redis.call('ZADD', 'q:jobs:' .. jobType .. ':' .. to, priority, zid)
  redis.call('ZREM', 'q:jobs:' .. from, zid)
  redis.call('ZREM', 'q:jobs:' .. jobType .. ':' .. from, zid)
  redis.call('HSET', job, 'state', to, 'updated_at', now, ...)
  if to == 'inactive' then redis.call('LPUSH', markers, 1) end
end

-- Ends an attempt. With a `result` in JSON the job is complete. If that is '', the attempt has failed: if there are more, the
-- job waits again, for `delay` ms first if that is above 0.
local function finish(job, zid, id, result, message, stack, delay)
  local started, attempts, limit, removeOnComplete =
    unpack(redis.call('HMGET', job, 'started_at', 'attempts', 'max_attempts', 'removeOnComplete'))
  attempts = (tonumber(attempts) or 0) + 1
  redis.call('HDEL', job, 'stalls')
  if result ~= '' then
    local ms = now - (tonumber(started) or now)
    move(job, zid, 'active', 'complete', nil, 'attempts', attempts, 'progress', 100, 'result', result, 'duration', ms)
    redis.call('INCRBY', 'q:stats:work-time', ms)
    publish(id, 'complete', result)
    if not removeOnComplete then return end
    for _, set in ipairs({ '', ':complete', ':' .. jobType .. ':complete' }) do redis.call('ZREM', 'q:jobs' .. set, zid) end
    redis.call('DEL', job, job .. ':log')
    return publish(id, 'remove', cjson.encode(jobType))
  end
  local isLast = not (attempts < (tonumber(limit) or 1)) -- also if one is no number, "nan"
  local state = isLast and 'failed' or delay > 0 and 'delayed' or 'inactive'
  move(job, zid, 'active', state, state == 'delayed' and now + delay,
    'attempts', attempts, 'error', stack, 'failed_at', now)
  redis.call('RPUSH', job .. ':log', message)
  if isLast then publish(id, 'failed', cjson.encode(message))
  else publish(id, 'failed attempt', cjson.encode(message), attempts) end
end
