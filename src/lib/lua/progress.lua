-- Notes how far a job is, and tells it, if this claim owns the job.
--
-- ARGV[3] the claim's id   ARGV[4] zid   ARGV[5] percentage   ARGV[6] further data in JSON, or null
--
-- Reply: 1, or 0 when nothing was changed.

local claim, zid, percentage, data = unpack(ARGV, 3)
local job, id = jobOf(zid)
if not job or not owns(claim, job) then return 0 end
redis.call('HSET', job, 'progress', percentage, 'updated_at', now)
if data ~= 'null' then redis.call('HSET', job, 'progress_data', data) end
publish(id, 'progress', percentage, data)
return 1
