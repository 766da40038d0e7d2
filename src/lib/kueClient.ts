// The connections that Kue works with: none of its commands is lost when Redis goes and comes.
import type { EventEmitter } from 'node:events';
import type { RedisClient } from 'redis';
import { createPersistentClient } from '../redisConnect';

/**
 * A client for Kue's `createClientFactory`. What Kue asks while Redis is away waits, and what was under way when the
 * connection was lost is sent again: Kue itself never asks twice.
 */
export function createKueClient(): RedisClient {
  const client = createPersistentClient();
  if (hasQueues(client)) resendUnanswered(client);
  return client;
}

interface Command {
  readonly command: string;
  /** Of an EXEC: the whole transaction, from its MULTI on. */
  transaction?: readonly Command[];
}

interface CommandQueue {
  push(command: Command): void;
  shift(): Command | undefined;
  unshift(command: Command): void;
}

interface WithQueues extends EventEmitter {
  readonly command_queue: CommandQueue;
  readonly offline_queue: CommandQueue;
}

function hasQueues(client: EventEmitter): client is WithQueues {
  return 'command_queue' in client && 'offline_queue' in client;
}

/**
 * Does what the option retry_unfulfilled_commands says, of which redis 3.1.2 keeps but the first command. A transaction is
 * sent again from its MULTI on, however much of it was answered.
 */
function resendUnanswered(client: WithQueues): void {
  const { command_queue, offline_queue } = client;
  let current: Command[] | undefined;

  const push = command_queue.push.bind(command_queue);
  command_queue.push = (command) => {
    if (command.command === 'multi') current = [];
    current?.push(command);
    if (command.command === 'exec' && current) {
      command.transaction = current;
      current = undefined;
    }
    push(command);
  };

  client.on('end', () => {
    const unanswered: Command[] = [];
    for (let command = command_queue.shift(); command; command = command_queue.shift()) {
      const { transaction } = command;
      const sentAtConnect = ['auth', 'info', 'select'].includes(command.command);
      if (transaction) {
        const rest = unanswered.findLastIndex((each) => !transaction.includes(each)) + 1;
        unanswered.splice(rest, unanswered.length, ...transaction);
      } else if (!sentAtConnect) {
        unanswered.push(command);
      }
    }
    current = undefined;
    for (const command of unanswered.reverse()) offline_queue.unshift(command);
  });
}
