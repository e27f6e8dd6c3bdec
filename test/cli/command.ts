import { spawn } from 'node:child_process';
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
 * @param interruptAt Ctrl-C as soon as stderr contains this
 * @param cwd working directory; default: the project
 */
export function personalizedHead(args: readonly string[], interruptAt?: string, cwd?: string): Promise<Outcome> {
  const child = spawn(process.execPath, [resolve('cli/personalized-head.mjs'), ...args], { cwd });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (text: Buffer) => (stdout += text.toString()));
  child.stderr.on('data', (text: Buffer) => {
    stderr += text.toString();
    if (interruptAt !== undefined && stderr.includes(interruptAt)) child.kill('SIGINT');
  });
  return new Promise((done, fail) => {
    child.on('error', fail);
    child.on('close', (code) => done({ code, stdout, stderr }));
  });
}

/** stderr without progress, and without what Dawn prints about software adapters. */
export const complaints = ({ stderr }: Outcome): string => stderr.replace(/^(Warning: .*|.* \.\.\.)$/gm, '').trim();

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
