// One of the two servers as a process, which the tests send requests to.
import { once } from 'node:events';
import { Agent, type IncomingMessage, type RequestOptions, request } from 'node:http';
import { json, text } from 'node:stream/consumers';
import { freePort } from '../../src/tools/sessions/redisServer';
import { Script } from '../../src/tools/sessions/script';
import { session } from './session';

export const CONNECTED = 'Redis client connected to the server';
export const NOT_CONNECTED = /^Redis client not connected to the server: /;

export interface Answer {
  readonly status: number;
  readonly body: unknown;
  readonly headers: IncomingMessage['headers'];
}

export interface Server {
  readonly script: Script;
  readonly port: number;
  /** GETs `path`, or does what `options` say. Rejects when the answer is not in JSON. */
  get(path: string, options?: RequestOptions): Promise<Answer>;
  /** GETs `path` so many times at once. */
  getAll(path: string, count: number): Promise<Answer[]>;
  /** What `curl localhost:1245PATH` prints. */
  curl(path: string): Promise<string>;
}

/** Runs the server `file` on a free port, with the Redis at `redisUrl`. Resolves once it is connected to it. */
export async function startServer(file: string, redisUrl: string): Promise<Server> {
  const server = await launchServer((env) => Script.task(file, redisUrl, env));
  await server.script.waitForLine(CONNECTED);
  return server;
}

/** Has `run` start a server on a free port, with a Redis that may not be there. Resolves once it listens. */
export async function launchServer(run: (env: NodeJS.ProcessEnv) => Script): Promise<Server> {
  const port = await freePort();
  const script = run({ PORT: `${port}` });
  await script.waitForLine(/^Listening/);
  // Node closes an idle connection after 6 s: a request that is sent at that moment would be lost.
  const agent = new Agent({ keepAlive: true, timeout: 4000 });
  script.process.once('exit', () => agent.destroy());

  async function send(path: string, options: RequestOptions): Promise<IncomingMessage> {
    const sent = request({ host: '127.0.0.1', port, path, agent, ...options }).end();
    const [response] = await once(sent, 'response');
    return response;
  }
  async function get(path: string, options: RequestOptions = {}): Promise<Answer> {
    const response = await send(path, options);
    const { statusCode: status = 0, headers } = response;
    if (!/^application\/json\b/.test(headers['content-type'] ?? '')) {
      throw new Error(`${path} is answered by ${status}, not in JSON: ${await text(response)}`);
    }
    return { status, headers, body: options.method === 'HEAD' ? await text(response) : await json(response) };
  }
  return {
    script,
    port,
    get,
    getAll: (path, count) => Promise.all(Array.from({ length: count }, () => get(path))),
    curl: async (path) => text(await send(path, {})),
  };
}

/** Runs the server `file` for all tests of the suite that calls this. */
export function useServer(file: string, redis: () => { readonly url: string }): () => Server {
  let server: Server;
  before(async () => {
    server = await startServer(file, redis().url);
  });
  after(() => server.script.stop('SIGKILL'));
  return () => server;
}

/** What src/README.md shows below `curl localhost:1245PATH`, the `nth` time. */
export function curlSession(path: string, nth = 1): string {
  return session(`curl localhost:1245${path} ; echo ""`, nth).join('\n');
}

/** Counts `answers` by status and by what their body says: `200 Reservation confirmed`, say. */
export function countAnswers(answers: readonly Answer[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { status, body } of answers) {
    const reason = body !== null && typeof body === 'object' && 'status' in body ? ` ${body.status}` : '';
    counts[`${status}${reason}`] = (counts[`${status}${reason}`] ?? 0) + 1;
  }
  return counts;
}

/** What `server` has printed from the line `first` on, beside where it listens, which the course does not show. */
export function courseLines({ script }: Server, first = 0): string[] {
  return script.lines.slice(first).filter((line) => !line.startsWith('Listening on '));
}
