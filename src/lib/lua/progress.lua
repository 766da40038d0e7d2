-- Notes how far a job is, and tells it, if this claim owns the job.
--
-- ARGV[3] worker id   ARGV[4] the claim's number   ARGV[5] zid   ARGV[6] percentage
-- ARGV[7] further data in JSON, or null
--
-- Reply: 1, or 0 when nothing was changed.

local worker, claim, zid, percentage, data = unpack(ARGV, 3)
local job, id = jobOf(zid)
if not job or not owns(worker, claim, job) then return 0 end
redis.call('HSET', job, 'progress', percentage, 'updated_at', now)
if data ~= 'null' then redis.call('HSET', job, 'progress_data', data) end
publish(id, 'progress', percentage, data)
return 1
