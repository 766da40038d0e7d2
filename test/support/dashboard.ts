// The dashboard of a test, with a Redis of its own, asked as a browser asks it.
import { expect } from 'chai';
import { freePort } from '../../src/tools/sessions/redisServer';
import { Script } from '../../src/tools/sessions/script';
import { type PrivateRedis, privateRedis } from './privateRedis';

export interface Dashboard {
  readonly script: Script;
  readonly port: number;
  get(path: string, options?: RequestInit): Promise<Response>;
  /** Creates job 1, by the dashboard's own API. */
  create(job: object): Promise<void>;
}

/** Gives each test of the suite that calls this a fresh Redis, and `start`, which runs a dashboard on it. */
export function privateDashboard(): { redis: () => PrivateRedis; start: () => Promise<Dashboard> } {
  const redis = privateRedis();
  return {
    redis,
    async start() {
      const port = await freePort();
      const script = Script.file('src/tools/dashboard.ts', redis().url, { PORT: `${port}` });
      await script.waitForLine(`Kue's dashboard: http://127.0.0.1:${port}`);
      const get = (path: string, options?: RequestInit) => fetch(new URL(path, `http://127.0.0.1:${port}/`), options);
      async function create(job: object): Promise<void> {
        const headers = { 'content-type': 'application/json' };
        const answer = await get('/job', { method: 'POST', headers, body: JSON.stringify(job) });
        expect(await answer.json()).to.deep.equal({ message: 'job created', id: 1 });
      }
      return { script, port, get, create };
    },
  };
}
