// A Redis that refuses, or is a replica, or no Redis at all, is left: perhaps another answers at the same address next time.
import type { Client } from './clientInternals';

const REFUSED = /\b(READONLY|UNBLOCKED|LOADING|NOAUTH|MASTERDOWN)\b/; // a primary that became a replica, or has a new password
const HARMLESS = /\bLOADING\b|no password is set|without any password/;

/**
 * Leaves the connection when Redis refuses it, as a primary does that has become a replica, when it is a replica from the
 * start, loads its data, or is no Redis at all, and calls `onRefused` with the reason. The command that was refused counts as
 * unanswered, like those behind it. Returns what leaves it when the latest INFO says that it is a replica.
 */
export function reconnectOnRefusal(client: Client, onRefused: (reason: Error) => void): () => boolean {
  const { return_error, return_reply, on_info_cmd } = client;
  let left: unknown;
  const leave = (reason: Error) => {
    left = client.stream;
    onRefused(reason);
    client.stream.destroy();
  };
  const isAsked = () => client.command_queue.peekFront() !== undefined;
  client.on('connect', () => {
    // redis itself would connect again at once, for ever
    client.reply_parser.returnFatalError = ({ message }) => leave(new Error(`This is no Redis: ${message}`));
  });
  client.return_error = (error) => {
    if (left === client.stream) return;
    const isRefused = client.ready ? REFUSED.test(error.message) : !HARMLESS.test(error.message);
    if (isRefused || !isAsked()) leave(error);
    else return_error.call(client, error);
  };
  client.return_reply = (reply) => {
    if (left === client.stream) return;
    if (isAsked() || client.pub_sub_mode || client.monitoring) return_reply.call(client, reply);
    else leave(new Error('This is no Redis: it replies to nothing'));
  };
  const leaveReplica = () => {
    const isReplica = client.server_info.role === 'slave';
    if (isReplica) leave(new Error('READONLY this Redis is a replica'));
    return isReplica;
  };
  client.on_info_cmd = (error, info) => {
    if (error) return; // the connection was lost before it was ready, which is said already
    // Where Redis guesses that this takes less than a second, redis would ask again without a pause.
    if (client.server_info.loading === '1') leave(new Error('LOADING Redis is loading its data'));
    else if (!leaveReplica()) on_info_cmd.call(client, error, info);
  };
  return leaveReplica;
}
