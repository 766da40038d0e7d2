console.log('Notification job created: #1'); // no # in the course
setInterval(() => {}, 1000);
