module.exports = (jobs, queue) => {
  for (const data of jobs) {
    const job = queue.create('push_notification_code_3', data);
    job.save(() => console.log(`Notification job created: ${job.id}`));
  }
};
