// What the jobs of tasks 6 to 9 carry. Whoever reaches the Redis can put a job there: its data is checked before use.

export interface Notification {
  readonly phoneNumber: string;
  readonly message: string;
}

/** The notification in a job's data. Throws an `Error` that says what is wrong with data that holds none. */
export function readNotification(data: unknown): Notification {
  const { phoneNumber, message } = Object(data);
  if (typeof phoneNumber !== 'string' || typeof message !== 'string') {
    throw new Error(`Job data must be { phoneNumber: string, message: string }, not ${JSON.stringify(data)}`);
  }
  return { phoneNumber, message };
}
