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
 * A script by its text: EVAL the first time, which has Redis remember it, and then EVALSHA, as long as Redis does. What is
 * asked in turn is so done in turn: an EVALSHA that Redis does not know would come after those behind it.
 */
export function luaScript(client: RedisClient, text: string): LuaScript {
  const sha = createHash('sha1').update(text).digest('hex');
  let isSent = false;
  return (keys, args) =>
    new Promise((resolve, reject) => {
      const rest = [keys.length, ...keys, ...args];
      const send = () => client.eval([text, ...rest], (error, reply) => (error ? reject(error) : resolve(reply)));
      if (!isSent) send();
      else
        client.evalsha([sha, ...rest], (error, reply) => {
          if (!error) resolve(reply);
          else if (error.message.startsWith('NOSCRIPT')) send();
          else reject(error);
        });
      isSent = true;
    });
}

/** The text of `lua/NAME.lua`, whose header names its KEYS, its ARGV and its reply. */
export function readLua(name: string): string {
  return readFileSync(join(__dirname, 'lua', `${name}.lua`), 'utf8');
}
