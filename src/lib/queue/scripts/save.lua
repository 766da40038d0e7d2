-- Saves a new job under the next id, as Kue's own save does in eighteen commands. If a job was saved with this token already,
-- nothing is changed: the reply was lost.
-- ARGV[3] token, the key of this save alone   ARGV[4] state: inactive or delayed   ARGV[5] score in q:jobs:STATE
-- ARGV[6] priority   ARGV[7...] field, value, ... of the job
-- Reply: the id of the job

local token, state, score, priority = unpack(ARGV, 3, 6)
local id = tonumber(redis.call('GET', token))
if id then return id end
repeat id = redis.call('INCR', 'q:ids') until redis.call('EXISTS', 'q:job:' .. id) == 0 -- a failover may lose the latest ids
if id < 1 then return redis.error_reply('ERR q:ids has counted to ' .. id .. ', which is no id: delete that key') end
local zid = string.format('%02d|%d', #tostring(id), id)
if state == 'inactive' then redis.call('LPUSH', markers, 1) end
redis.call('ZADD', 'q:jobs:' .. jobType .. ':' .. state, priority, zid)
redis.call('ZADD', 'q:jobs:' .. state, score, zid)
redis.call('ZADD', 'q:jobs', priority, zid)
redis.call('SADD', 'q:job:types', jobType)
redis.call('HSET', 'q:job:' .. id, 'created_at', now, 'updated_at', now, 'type', jobType, 'state', state, unpack(ARGV, 7))
redis.call('SET', token, id, 'EX', 86400)
publish(id, 'enqueue', cjson.encode(jobType))
return id
