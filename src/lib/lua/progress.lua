-- Notes how far a job is, and tells it, if the worker that asks owns the job.
--
-- ARGV[3] worker id   ARGV[4] zid   ARGV[5] percentage   ARGV[6] further data in JSON, or null
--
-- Reply: 1, or 0 when nothing was changed.

local worker, zid, percentage, data = unpack(ARGV, 3)
local job, id = jobOf(zid)
if not job or not owns(worker, job) then return 0 end
redis.call('HSET', job, 'progress', percentage, 'updated_at', now)
if data ~= 'null' then redis.call('HSET', job, 'progress_data', data) end
publish(id, 'progress', percentage, data)
return 1
