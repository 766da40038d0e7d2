// The connections that Kue works with: none of its commands is lost when Redis goes and comes.
import type { RedisClient } from 'redis';
import { createPersistentClient } from './redisConnect';

/**
 * A client for Kue's `createClientFactory`. What Kue asks while Redis is away waits, and what was under way when the
 * connection was lost is sent again: Kue itself never asks twice.
 */
export function createKueClient(): RedisClient {
  const client = createPersistentClient();
  if (hasQueues(client)) client.on('end', () => keepUnanswered(client));
  return client;
}

interface Command {
  readonly command: string;
}

interface CommandQueue {
  readonly length: number;
  toArray(): Command[];
  pop(): Command;
  unshift(command: Command): void;
}

interface WithQueues {
  readonly command_queue: CommandQueue;
  readonly offline_queue: CommandQueue;
}

function hasQueues(client: object): client is WithQueues {
  return 'command_queue' in client && 'offline_queue' in client;
}

// Does what the option retry_unfulfilled_commands says, of which redis 3.1.2 keeps but the first command.
function keepUnanswered({ command_queue, offline_queue }: WithQueues): void {
  // A transaction that was answered in part can't be sent again in part: it fails.
  const names = command_queue.toArray().map(({ command }) => command);
  const exec = names.indexOf('exec');
  const inTransaction = exec >= 0 && !names.slice(0, exec).includes('multi');
  while (command_queue.length > (inTransaction ? exec + 1 : 0)) {
    const command = command_queue.pop();
    const sentAtConnect = ['auth', 'info', 'select'].includes(command.command);
    if (!sentAtConnect) offline_queue.unshift(command);
  }
}
