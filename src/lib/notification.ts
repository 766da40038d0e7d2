// What the jobs of tasks 6 to 9 carry. Whoever reaches the Redis can put a job there: its data is checked before use.

export interface Notification {
  readonly phoneNumber: string;
  readonly message: string;
}

const MAX_LENGTH = 200;

/**
 * The notification in a job's data. Throws an `Error` that says what is wrong with data that holds none, cut to 200
 * characters.
 */
export function readNotification(data: unknown): Notification {
  const { phoneNumber, message } = Object(data);
  if (typeof phoneNumber !== 'string' || typeof message !== 'string') {
    const found = JSON.stringify(data) ?? 'undefined';
    const short = found.length > MAX_LENGTH ? `${found.slice(0, MAX_LENGTH - 1)}…` : found;
    throw new Error(`Job data must be { phoneNumber: string, message: string }, not ${short}`);
  }
  return { phoneNumber, message };
}
