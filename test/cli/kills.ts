import { expect } from '@jest/globals';
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { mulberry } from '../personalize/photos/raw/random.js';
import { goldenFile, inFolder } from './command.js';
import { writeSet } from './photoSets.js';

/** What happened at the kills of a run. */
export interface KillCounts {
  /** Kills that found the command at work. */
  readonly kills: number;
  /** Of these: those that left a state to go on from. */
  readonly withState: number;
  readonly seconds: number;
}

/** @returns its code; null where it was killed */
function command(args: readonly string[], killAfter: number | null): Promise<number | null> {
  return new Promise((done, fail) => {
    const child = spawn(process.execPath, [resolve('cli/personalized-head.mjs'), ...args], { stdio: 'ignore' });
    const timer = killAfter === null ? null : setTimeout(() => child.kill('SIGKILL'), killAfter);
    child.on('error', fail);
    child.on('close', (code) => {
      if (timer) clearTimeout(timer);
      done(code);
    });
  });
}

/**
 * The command `personalize` is killed at random moments, each of a person of its own, and begun again, with --resume where it left a
 * state. Holds that every head is byte for byte that of a run that nobody killed, and that nothing else is left.
 * @param steps of training
 */
export function learnThroughKills(kills: number, seed: number, steps: number): Promise<KillCounts> {
  return inFolder(async (folder) => {
    const random = mulberry(seed);
    const photos = join(folder, 'photos');
    await writeSet(photos, 1);
    const argsFor = (output: string): string[] =>
      [
        'personalize',
        photos,
        '--base',
        goldenFile('tiny-network.pkl'),
        '-o',
        output,
        '--no-sheet',
        '--size',
        '32',
      ].concat(['--backend', 'cpu', '--threads', '1', '--effort', 'draft', '--steps', String(steps)]);
    const begun = performance.now();
    const whole = join(folder, 'whole.head');
    expect(await command(argsFor(whole), null)).toBe(0);
    const wanted = await readFile(whole);
    const length = performance.now() - begun;
    let [met, withState] = [0, 0];
    while (met < kills) {
      // Files of the killed stay among themselves.
      const own = join(folder, `person-${met}`);
      await mkdir(own, { recursive: true });
      const output = join(own, 'me.head');
      const killed = (await command(argsFor(output), length * random())) === null;
      if (killed) {
        met++;
        const hasState = existsSync(`${output}.training`);
        if (hasState) withState++;
        // Its last act may have been the head, before the state went.
        const how = hasState ? ['--resume'] : existsSync(output) ? ['--force'] : [];
        expect(await command([...argsFor(output), ...how], null)).toBe(0);
      }
      expect(Buffer.compare(await readFile(output), wanted)).toBe(0);
      const left = (await readdir(own)).filter((name) => !/^\.me\.head.*\.part$/.test(name));
      expect(left).toEqual(['me.head']);
      if (!killed) await rm(own, { recursive: true });
    }
    return { kills: met, withState, seconds: (performance.now() - begun) / 1000 };
  });
}
