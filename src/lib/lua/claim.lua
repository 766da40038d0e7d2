-- Moves the first waiting job of a type to active, for one worker, and hands it out.
-- A worker that asks again before it has ended its job gets the same job: the reply to its first question was lost.
--
-- KEYS[1] q:TYPE:claims:PROCESSOR  hash: worker id to the zid of the job that it has claimed
-- KEYS[2] q:jobs:TYPE:inactive     KEYS[3] q:jobs:inactive
-- KEYS[4] q:jobs:TYPE:active       KEYS[5] q:jobs:active
-- KEYS[6] q:TYPE:jobs              list: a token for each waiting job, which wakes up an idle worker
-- ARGV[1] worker id   ARGV[2] now, in ms   ARGV[3] 1 where the worker has taken a token, else 0
-- ARGV[4] zid of the job that this worker is about to end, or ''
--
-- Reply: { id, { field, value, ... } } of the job; nil when none waits; 0 when ARGV[4] has not been ended yet.

local worker, now = ARGV[1], tonumber(ARGV[2])

local function read(zid)
  local id = string.match(zid, '^%d+|(%d+)$')
  local job = id and 'q:job:' .. id
  if job and redis.call('TYPE', job).ok == 'hash' and redis.call('HEXISTS', job, 'type') == 1 then return id, job end
end

local claimed = redis.call('HGET', KEYS[1], worker)
if claimed == ARGV[4] then return 0 end
if claimed then
  local id, job = read(claimed)
  local fields = job and redis.call('HMGET', job, 'state', 'workerId')
  if fields and fields[1] == 'active' and fields[2] == worker then return { id, redis.call('HGETALL', job) } end
end

for _ = 1, 100 do
  local zid = redis.call('ZRANGE', KEYS[2], 0, 0)[1]
  if not zid then return nil end
  local id, job = read(zid)
  if id then
    local fields = redis.call('HMGET', job, 'priority', 'ttl', 'type')
    local priority, ttl = tonumber(fields[1]) or 0, tonumber(fields[2]) or 0
    if priority ~= priority then priority = 0 end -- not a number
    -- Kue looks for jobs whose time to live is over by this score.
    local score = ttl > 0 and now + ttl or -math.abs(priority)
    redis.call('HSET', KEYS[1], worker, zid)
    redis.call('ZADD', KEYS[4], priority, zid)
    redis.call('ZADD', KEYS[5], score, zid)
    redis.call('HSET', job, 'state', 'active', 'workerId', worker, 'started_at', now, 'updated_at', now)
    redis.call('ZREM', KEYS[2], zid)
    redis.call('ZREM', KEYS[3], zid)
    if ARGV[3] == '0' then redis.pcall('LPOP', KEYS[6]) end
    redis.pcall('PUBLISH', 'q:events', cjson.encode({ id = tonumber(id), event = 'start', args = { 'start', fields[3] } }))
    return { id, redis.call('HGETALL', job) }
  end
  -- What is no job can't be done, and must not keep the others waiting.
  redis.call('ZREM', KEYS[2], zid)
  redis.call('ZREM', KEYS[3], zid)
end
return nil
