import { spawn, type ChildProcess } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { setTimeout as wait } from 'node:timers/promises';
import { askedToStop } from './options.js';
import type { WorkOptions } from './workOptions.js';

/** Before a worker that died is started again, milliseconds: doubled each time, until one has lived for the longest. */
const [firstPause, longestPause] = [1000, 60_000];

/** Starts one process a person at once, so that what kills one leaves the others, and starts those that die again. */
export async function superviseWorkers({ concurrency, threads, ...options }: WorkOptions): Promise<void> {
  const each = threads || Math.max(1, Math.floor(availableParallelism() / concurrency));
  const args = argumentsOf({ ...options, threads: each, concurrency: 1 });
  const children = new Set<ChildProcess>();
  const stopping = new AbortController();
  const { signal } = stopping;
  const keepOne = async (): Promise<void> => {
    for (let pause = firstPause; !signal.aborted; pause = Math.min(2 * pause, longestPause)) {
      const begun = Date.now();
      const child = spawn(process.execPath, [process.argv[1]!, 'work', ...args], {
        stdio: ['ignore', 'inherit', 'inherit'],
      });
      children.add(child);
      const code = await new Promise<number | null>((done) => child.once('close', done));
      children.delete(child);
      // One that ends well was told to, or found nothing to do.
      if (code === 0) return;
      if (Date.now() - begun > longestPause) pause = firstPause;
      await wait(pause, undefined, { signal }).catch(() => undefined);
    }
  };
  const all = Promise.all(Array.from({ length: concurrency }, keepOne));
  await Promise.race([all, askedToStop()]);
  stopping.abort();
  for (const child of children) child.kill('SIGTERM');
  await all;
}

function argumentsOf(options: WorkOptions): string[] {
  return Object.entries(options).flatMap(([name, value]) => {
    const flag = `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
    return value === undefined ? [] : [flag, String(value)];
  });
}
