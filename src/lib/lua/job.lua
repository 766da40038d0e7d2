-- Stands in front of each script of this folder: what they share. A job is a hash, q:job:ID. Its zid, 01|7 for the job 7, is
-- in two of Kue's sorted sets: q:jobs:STATE, and q:jobs:TYPE:STATE.
--
-- ARGV[1] the type of the jobs   ARGV[2] now, in ms

local jobType, now = ARGV[1], tonumber(ARGV[2])

-- The number in a text, or `fallback` where there is none.
local function number(text, fallback)
  local value = tonumber(text)
  return value == value and value or fallback -- "nan" is read as a number that is not equal to itself
end

-- The key of the job's hash, and its id; nil where a zid stands for no job.
local function jobOf(zid)
  local length, id = string.match(zid, '^(%d%d)|([1-9]%d*)$')
  local job = id and #id == tonumber(length) and #id <= 15 and 'q:job:' .. id
  local found = job and redis.pcall('HGET', job, 'type')
  if found and found.err and not string.find(found.err, 'WRONGTYPE') then error(found.err) end -- refused: it may be a job
  if found and not found.err then return job, id end
end

-- The worker that owns a job, and which of its claims that is, as texts; nil where nobody does it.
local function ownerOf(job)
  local fields = redis.call('HMGET', job, 'state', 'workerId')
  if fields[1] == 'active' and fields[2] then return string.match(fields[2], '^(.*):(%d+)$') end
end

local function owns(worker, claim, job)
  local owner, latest = ownerOf(job)
  return owner == worker and latest == claim
end

-- `score` is where it stands in q:jobs:STATE, by default where Kue puts it. Further arguments: field, value, ... to be set.
local function move(job, zid, ofType, from, to, score, ...)
  local priority = number(redis.call('HGET', job, 'priority'), 0)
  redis.call('ZADD', 'q:jobs:' .. to, score or to == 'active' and -math.abs(priority) or priority, zid)
  redis.call('ZADD', 'q:jobs:' .. ofType .. ':' .. to, priority, zid)
  redis.call('ZREM', 'q:jobs:' .. from, zid)
  redis.call('ZREM', 'q:jobs:' .. ofType .. ':' .. from, zid)
  redis.call('HSET', job, 'state', to, 'updated_at', now, ...) -- last: a key of a wrong type ends this before
end

-- The number of the latest check (see recover.lua): the highest score, but for those that are no such numbers.
local function latestCheck(heartbeats)
  return number(redis.call('ZREVRANGEBYSCORE', heartbeats, 2 ^ 52, 0, 'WITHSCORES', 'LIMIT', 0, 1)[2], 0)
end

-- Tells an event of a job on Kue's channel. Further arguments are its own, in JSON.
local function publish(id, event, ...)
  local args = table.concat({ '"' .. event .. '"', ... }, ',')
  redis.pcall('PUBLISH', 'q:events', '{"id":' .. id .. ',"event":"' .. event .. '","args":[' .. args .. ']}')
end
