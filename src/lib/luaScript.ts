// Lua scripts, which Redis does as a whole: no other command comes in between, and no process dies in the middle.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { RedisClient } from 'redis';

/** Runs a script with its KEYS and ARGV. Resolves to its reply; rejects with redis's error. */
export type LuaScript = (keys: readonly string[], args: readonly (string | number)[]) => Promise<unknown>;

/** A connection, and what makes functions of scripts that run on it. */
export interface ScriptClient {
  readonly client: RedisClient;
  defineScript(text: string): LuaScript;
}

/**
 * A script by its text. The first call sends the whole text (EVAL), later ones its SHA-1, by which Redis remembers it
 * (EVALSHA). Asking first whether Redis knows it would change the order of the first calls.
 */
export function luaScript(client: RedisClient, text: string): LuaScript {
  const sha = createHash('sha1').update(text).digest('hex');
  let isKnown = false;
  const evalAsync = promisify<(string | number)[], unknown>(client.eval).bind(client);
  const evalshaAsync = promisify<(string | number)[], unknown>(client.evalsha).bind(client);
  return async (keys, args) => {
    const rest = [keys.length, ...keys, ...args];
    const reply = isKnown ? evalshaAsync([sha, ...rest]) : evalAsync([text, ...rest]);
    isKnown = true;
    return reply.catch((error) =>
      error.message.startsWith('NOSCRIPT') ? evalAsync([text, ...rest]) : Promise.reject(error),
    );
  };
}

/** The text of `lua/NAME.lua`, behind what all of these scripts share. Its header names its KEYS, its ARGV and its reply. */
export function readLua(name: string): string {
  return ['job', name].map((file) => readFileSync(join(__dirname, 'lua', `${file}.lua`), 'utf8')).join('');
}
