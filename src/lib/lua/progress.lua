-- Notes how far a job is, and tells it, if the worker that asks owns the job.
--
-- KEYS[1] q:job:ID   KEYS[2] q:jobs:active
-- ARGV[1] worker id   ARGV[2] zid   ARGV[3] now, in ms   ARGV[4] percentage   ARGV[5] the event in JSON, for Kue's channel
-- ARGV[6] further data in JSON, or ''
--
-- Reply: 1, or 0 when nothing was changed.

local fields = redis.call('HMGET', KEYS[1], 'state', 'workerId', 'ttl')
if fields[1] ~= 'active' or fields[2] ~= ARGV[1] then return 0 end
redis.call('HSET', KEYS[1], 'progress', ARGV[4], 'updated_at', ARGV[3])
if ARGV[6] ~= '' then redis.call('HSET', KEYS[1], 'progress_data', ARGV[6]) end
local ttl = tonumber(fields[3]) or 0
if ttl > 0 then redis.call('ZADD', KEYS[2], tonumber(ARGV[3]) + ttl, ARGV[2]) end
redis.pcall('PUBLISH', 'q:events', ARGV[5])
return 1
