-- Saves a new job, as Kue's own save does in eighteen commands. A job that was saved already is left as it is: the reply to
-- the first try was lost.
--
-- KEYS[1] q:job:ID   KEYS[2] q:job:types   KEYS[3] q:jobs   KEYS[4] q:jobs:STATE   KEYS[5] q:jobs:TYPE:STATE
-- KEYS[6] q:TYPE:jobs, the list of tokens
-- ARGV[1] zid   ARGV[2] type   ARGV[3] state: inactive or delayed   ARGV[4] created at, in ms
-- ARGV[5] score in q:jobs:STATE   ARGV[6] score elsewhere   ARGV[7] the event in JSON   ARGV[8...] field, value, ... of the job
--
-- Reply: 1; 0 when the id is another job's: a failover may lose the last ids that were given

local zid, type, state = ARGV[1], ARGV[2], ARGV[3]
local created = redis.call('HGET', KEYS[1], 'created_at')
if created then return created == ARGV[4] and 1 or 0 end
if state == 'inactive' then redis.call('LPUSH', KEYS[6], 1) end
redis.call('HSET', KEYS[1], 'type', type, 'state', state, 'created_at', ARGV[4], unpack(ARGV, 8))
redis.call('SADD', KEYS[2], type)
redis.call('ZADD', KEYS[3], ARGV[6], zid)
redis.call('ZADD', KEYS[4], ARGV[5], zid)
redis.call('ZADD', KEYS[5], ARGV[6], zid)
redis.pcall('PUBLISH', 'q:events', ARGV[7])
return 1
