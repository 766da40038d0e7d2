// What the jobs of tasks 6 to 9 carry. Whoever reaches the Redis can put a job there: its data is checked before use.
import { fieldsOf } from '../redis/errorLine';

/** The notification in a job's data. Throws an `Error` that shows the first 200 characters of data that holds none. */
export function readNotification(data: unknown): { readonly phoneNumber: string; readonly message: string } {
  const { phoneNumber, message } = fieldsOf(data);
  if (typeof phoneNumber === 'string' && typeof message === 'string') return { phoneNumber, message };
  const found = `${JSON.stringify(data)}`.slice(0, 200);
  throw new Error(`Job data must be { phoneNumber: string, message: string }, not ${found}`);
}
