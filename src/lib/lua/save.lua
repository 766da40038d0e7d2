-- Saves a new job, as Kue's own save does in eighteen commands. A job that was saved already, with this token, is left as it
-- is: the reply to the first try was lost.
--
-- KEYS[1] q:job:ID   KEYS[2] q:TYPE:jobs, the list of markers
-- ARGV[3] zid   ARGV[4] state: inactive or delayed   ARGV[5] score in q:jobs:STATE   ARGV[6] score elsewhere: its priority
-- ARGV[7] token, of this save only   ARGV[8...] field, value, ... of the job
--
-- Reply: 1; 0 when the id is another job's: a failover may lose the last ids that were given

local zid, state, score, priority, token = unpack(ARGV, 3, 7)
local saved = redis.call('HMGET', KEYS[1], 'created_at', 'token')
if saved[1] then return saved[2] == token and 1 or 0 end
if state == 'inactive' then redis.call('LPUSH', KEYS[2], 1) end
redis.call('ZADD', 'q:jobs:' .. jobType .. ':' .. state, priority, zid)
redis.call('ZADD', 'q:jobs:' .. state, score, zid)
redis.call('ZADD', 'q:jobs', priority, zid)
redis.call('SADD', 'q:job:types', jobType)
-- Last: a key of a wrong type ends this before. What is in a set only is no job, and is passed over.
redis.call('HSET', KEYS[1], 'created_at', ARGV[2], 'updated_at', ARGV[2], 'type', jobType, 'state', state,
  'token', unpack(ARGV, 7))
publish(string.match(zid, '%d+$'), 'enqueue', cjson.encode(jobType))
return 1
