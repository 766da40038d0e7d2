// Lua scripts, which Redis does as a whole: no other command comes in between, and no process dies in the middle.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RedisClient } from 'redis';

/** Runs a script with its KEYS and ARGV. Resolves to its reply; rejects with redis's error. */
export type LuaScript = (keys: readonly string[], args: readonly (string | number)[]) => Promise<unknown>;

/** A connection, and what makes functions of scripts that run on it. */
export interface ScriptClient {
  readonly client: RedisClient;
  defineScript(text: string): LuaScript;
}

/**
 * A script by its text. The first time it is sent whole (EVAL), and Redis remembers it (EVALSHA). The first scripts must not
 * wait for an answer that Redis does not know them: those behind them would be done before.
 */
export function luaScript(client: RedisClient, text: string): LuaScript {
  const sha = createHash('sha1').update(text).digest('hex');
  let isKnown = false;
  const send = (command: 'eval' | 'evalsha', rest: readonly (string | number)[]) =>
    new Promise<unknown>((resolve, reject) => {
      const scriptArguments = [command === 'eval' ? text : sha, ...rest];
      client[command](scriptArguments, (error, reply) => (error ? reject(error) : resolve(reply)));
    });
  return async (keys, args) => {
    const rest = [keys.length, ...keys, ...args];
    const reply = send(isKnown ? 'evalsha' : 'eval', rest);
    isKnown = true;
    return reply.catch((error) => (error.message.startsWith('NOSCRIPT') ? send('eval', rest) : Promise.reject(error)));
  };
}

/** The text of `lua/NAME.lua`, behind what all of these scripts share. Its header names its KEYS, its ARGV and its reply. */
export function readLua(name: string): string {
  return ['job', name].map((file) => readFileSync(join(__dirname, 'lua', `${file}.lua`), 'utf8')).join('');
}
