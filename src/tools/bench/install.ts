// What the project is compared with, installed outside the project for as long as the benchmark runs.
import { rmSync } from 'node:fs';
import { cp, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Script } from '../sessions/script';

/** Copies a folder of this one, `bullmq` say, and installs its packages. Resolves to its path; rejects when npm fails. */
export async function install(name: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'queuing-bench-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
  await cp(resolve(__dirname, name), folder, { recursive: true });
  const npm = new Script(['npm', 'install', '--prefix', folder, '--no-audit', '--no-fund', '--loglevel=error'], {});
  if ((await npm.exit()) !== 0) throw new Error(`npm can't install the packages of ${name}: ${npm.lines.join('\n')}`);
  return folder;
}
