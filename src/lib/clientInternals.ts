// What redis 3 has no option for: sending commands again, and sending them together.
import type { RedisClient, ServerInfo } from 'redis';

interface Command {
  readonly command: string;
}

interface CommandQueue {
  peekFront(): Command | undefined;
  toArray(): Command[];
  clear(): void;
  unshift(command: Command): void;
}

interface Internals {
  readonly ready: boolean;
  /** Whether this process has ended it. */
  readonly closing: boolean;
  /** Above 0 once it is a subscriber, which may send few commands. */
  readonly pub_sub_mode: number;
  /** Whether it shows all commands of its Redis (MONITOR). */
  readonly monitoring: boolean;
  /** Of this connection. */
  readonly reply_parser: { returnFatalError(error: Error): void };
  readonly server_info: ServerInfo & { readonly role?: string; readonly run_id?: string; readonly loading?: string };
  readonly command_queue: CommandQueue;
  readonly offline_queue: CommandQueue;
  /** What is written by the next `uncork`. */
  readonly pipeline_queue: { readonly length: number; clear(): void };
  cork(): void;
  uncork(): void;
  internal_send_command(command: Command): boolean;
  on_info_cmd(error: Error | null, info: unknown): void;
  return_error(error: Error): void;
  return_reply(reply: unknown): void;
}

/** A client of redis 3 with the parts of it that are not in its documentation. */
export type Client = RedisClient & Internals;

/** Whether `client` is one of redis 3, whose parts this file works with. */
export function hasInternals(client: RedisClient): client is Client {
  return ['command_queue', 'offline_queue', 'internal_send_command', 'return_error'].every((part) => part in client);
}

const MAX_PIPELINED = 50; // commands

/**
 * Does what redis's option `retry_unfulfilled_commands` says, of which redis 3.1.2 keeps only the first command. Without
 * `resend`, only a subscription that was not confirmed yet is made again, as redis does with those that were.
 */
export function resendUnfulfilled(client: Client, resend: boolean): void {
  const { command_queue, offline_queue } = client;
  const isSentAgain = ({ command }: Command) =>
    resend ? !['auth', 'info', 'select'].includes(command) : /^p?subscribe$/.test(command);
  client.on('end', () => {
    const unanswered = command_queue.toArray().reverse();
    command_queue.clear();
    for (const command of unanswered) (isSentAgain(command) ? offline_queue : command_queue).unshift(command);
  });
}

/**
 * Sends the commands of one turn of the event loop together, in as few writes as redis sends a transaction. Workers that ask
 * together are then answered together: only so does 7-job_processor.ts, with its two, print the same order every time.
 */
export function autoPipeline(client: Client): void {
  const { internal_send_command, pipeline_queue } = client;
  let isCorked = false;
  const flush = () => {
    isCorked = false;
    client.uncork();
  };
  client.internal_send_command = (command) => {
    if (!isCorked && client.ready) {
      isCorked = true;
      client.cork();
      setImmediate(flush);
    }
    if (pipeline_queue.length >= MAX_PIPELINED) {
      client.uncork(); // Redis can begin with these
      client.cork();
    }
    return internal_send_command.call(client, command);
  };
  client.on('end', () => pipeline_queue.clear());
}
