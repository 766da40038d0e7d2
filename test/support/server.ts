// One of the two servers as a process, asked over HTTP.
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { Agent, type IncomingMessage, type RequestOptions, request } from 'node:http';
import { connect, type Socket } from 'node:net';
import { json, text } from 'node:stream/consumers';
import { freePort } from '../../src/tools/sessions/redisServer';
import { Script } from '../../src/tools/sessions/script';
import { session } from '../../src/tools/sessions/sessions';

const TICK_MS = 10;

export interface Answer {
  readonly status: number;
  readonly body: unknown;
  /** How long it took. */
  readonly ms: number;
}

export interface Server {
  readonly script: Script;
  readonly port: number;
  /** GETs `path`, or does what `options` say. Rejects when the answer is not in JSON. */
  get(path: string, options?: RequestOptions): Promise<Answer>;
  /** What `curl localhost:1245PATH` prints. */
  curl(path: string): Promise<string>;
}

/** Runs the server `file` on a free port, with the Redis at `redisUrl`. Resolves once it is connected to it. */
export async function startServer(file: string, redisUrl: string): Promise<Server> {
  const server = await launchServer(file, redisUrl);
  await server.script.waitForLine('Redis client connected to the server');
  return server;
}

/** Runs the server `file` on a free port, with a Redis that may not be there. Resolves once it says anything. */
export async function launchServer(file: string, redisUrl: string): Promise<Server> {
  const port = await freePort();
  const script = Script.task(file, redisUrl, { PORT: `${port}` });
  await script.waitForLine(/Redis client (not )?connected/);
  // Node closes an idle connection after 6 s: a request that is sent at that moment would be lost.
  const agent = new Agent({ keepAlive: true, timeout: 4000 });
  script.process.once('exit', () => agent.destroy());

  async function send(path: string, options: RequestOptions): Promise<IncomingMessage> {
    const sent = request({ host: '127.0.0.1', port, path, agent, ...options }).end();
    const [response] = await once(sent, 'response');
    return response;
  }
  return {
    script,
    port,
    async get(path, options = {}) {
      const elapsed = stopwatch(script);
      const response = await send(path, options);
      if (!/^application\/json\b/.test(response.headers['content-type'] ?? '')) {
        throw new Error(`${path} is answered in ${response.headers['content-type']}: ${await text(response)}`);
      }
      const body = options.method === 'HEAD' ? await text(response) : await json(response);
      return { status: response.statusCode ?? 0, body, ms: elapsed() };
    },
    curl: async (path) => text(await send(path, {})),
  };
}

/**
 * Keeps `count` connections open to a server and GETs `path` on all of them at the same moment, each time it is
 * called. Bare sockets, since what asks must not be slower than what answers.
 */
export function concurrentClients({ port, script }: Server, count: number): (path: string) => Promise<Answer[]> {
  const sockets = Array.from({ length: count }, () => connect(port, '127.0.0.1').setEncoding('utf8').unref());
  const ask = (socket: Socket, path: string) =>
    new Promise<Answer>((resolve, reject) => {
      const elapsed = stopwatch(script);
      let text = '';
      const read = (part: string) => {
        text += part;
        const [, status, length] = /^HTTP\/1\.1 (\d+).*\r\nContent-Length: (\d+)\r\n/s.exec(text) ?? [];
        const body = text.split('\r\n\r\n')[1];
        if (body === undefined || body.length < Number(length)) return;
        socket.off('data', read).off('close', reject);
        resolve({ status: Number(status), body: JSON.parse(body), ms: elapsed() });
      };
      socket.on('data', read).on('close', reject);
      socket.write(`GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`);
    });
  return (path) => Promise.all(sockets.map((socket) => ask(socket, path)));
}

/** What src/README.md shows below `curl localhost:1245PATH`, the `nth` time. */
export function curlSession(path: string, nth = 1): string {
  return session(`curl localhost:1245${path} ; echo ""`, nth).join('\n');
}

/** Counts `answers` by status and by what their body says: `200 Reservation confirmed`, say. */
export function countByStatus(answers: readonly Answer[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { status, body } of answers) {
    const reason = body !== null && typeof body === 'object' && 'status' in body ? ` ${body.status}` : '';
    counts[`${status}${reason}`] = (counts[`${status}${reason}`] ?? 0) + 1;
  }
  return counts;
}

/**
 * Starts to measure. What it returns tells the ms since then, less what this process itself was late, as an answer may lie there
 * for a while before it is read, and less what the server waited for a core: other programs on this machine are no fault of it.
 */
function stopwatch({ process: { pid } }: Script): () => number {
  const start = performance.now();
  const waited = waitedForCore(pid);
  let lastTick = start;
  let late = 0;
  const tick = () => {
    const now = performance.now();
    late = Math.max(late, now - lastTick - TICK_MS);
    lastTick = now;
  };
  const timer = setInterval(tick, TICK_MS).unref();
  return () => {
    tick();
    clearInterval(timer);
    return performance.now() - start - Math.max(late, waitedForCore(pid) - waited);
  };
}

/** How many ms a process has waited for a core, where the system tells that (Linux). */
function waitedForCore(pid?: number): number {
  try {
    return Number(readFileSync(`/proc/${pid}/schedstat`, 'utf8').split(' ')[1]) / 1e6;
  } catch {
    return 0;
  }
}
