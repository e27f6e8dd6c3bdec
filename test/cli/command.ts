import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs `personalized-head` as a user would.
 * @param interruptAt Ctrl-C as soon as stderr contains this, or as soon as a file is there
 * @param cwd working directory; default: the project
 */
export function personalizedHead(
  args: readonly string[],
  interruptAt?: string | { readonly file: string },
  cwd?: string,
): Promise<Outcome> {
  const child = spawn(process.execPath, [resolve('cli/personalized-head.mjs'), ...args], { cwd });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (text: Buffer) => (stdout += text.toString()));
  child.stderr.on('data', (text: Buffer) => {
    stderr += text.toString();
    if (typeof interruptAt === 'string' && stderr.includes(interruptAt)) child.kill('SIGINT');
  });
  if (typeof interruptAt === 'object') {
    const watch = setInterval(() => {
      if (!existsSync(interruptAt.file)) return;
      clearInterval(watch);
      child.kill('SIGINT');
    }, 2);
    child.on('close', () => clearInterval(watch));
  }
  return new Promise((done, fail) => {
    child.on('error', fail);
    child.on('close', (code) => done({ code, stdout, stderr }));
  });
}

/** stderr without progress, and without what Dawn prints about software adapters. */
export const complaints = ({ stderr }: Outcome): string =>
  stderr.replace(/^(Warning: .*|.* \.\.\.|.* \d+ %)$/gm, '').trim();

/** A folder of its own for the body, gone afterwards. */
export async function inFolder<T>(body: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'personalized-head-'));
  try {
    return await body(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

export const goldenFile = (name: string): string => resolve('test/goldens', name);
export const embeddedBase = resolve('assets/base.safetensors');
