// One of the two servers as a process, asked over HTTP.
import { freePort } from '../../src/tools/redisServer';
import { Script } from '../../src/tools/script';
import { session } from '../../src/tools/sessions';

export interface Server {
  readonly script: Script;
  readonly port: number;
  /** GET, or another method: the status and the body, which must be JSON. */
  get(path: string, init?: RequestInit): Promise<{ status: number; body: unknown }>;
  /** Types `curl localhost:1245PATH` and returns what it prints. */
  curl(path: string): Promise<string>;
}

/** Runs the server `file` on a free port, with the Redis at `redisUrl`. Resolves when it is ready to be asked. */
export async function startServer(file: string, redisUrl: string): Promise<Server> {
  const port = await freePort();
  const script = Script.task(file, redisUrl, { PORT: `${port}` });
  await script.printed('Redis client connected to the server');
  return { script, port, ...asker(port) };
}

/** How a server on `port` is asked. */
export function asker(port: number): Pick<Server, 'get' | 'curl'> {
  return {
    async get(path, init) {
      const response = await fetch(`http://127.0.0.1:${port}${path}`, init);
      if (!/^application\/json\b/.test(response.headers.get('content-type') ?? '')) {
        throw new Error(`${path} is answered in ${response.headers.get('content-type')}: ${await response.text()}`);
      }
      return { status: response.status, body: await response.json() };
    },
    async curl(path) {
      const curl = new Script(['curl', '-sS', `localhost:${port}${path}`], {});
      await curl.exit();
      return curl.lines.join('\n');
    },
  };
}

/** What README.md shows below `curl localhost:1245PATH`, the `nth` time. */
export function curlSession(path: string, nth = 1): string {
  return session(`curl localhost:1245${path} ; echo ""`, nth).join('\n');
}
