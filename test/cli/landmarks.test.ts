import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { complaints, inFolder, personalizedHead } from './command.js';

interface LandmarkFile {
  readonly format: string;
  readonly base: string;
  readonly heads: number;
  readonly mean: readonly number[];
  readonly sd: readonly number[];
  readonly components: readonly number[];
  readonly rigid: readonly number[];
}

const parse = (text: string): LandmarkFile => JSON.parse(text) as LandmarkFile;

test('landmarks measures the embedded base: small renders of ten heads lie near what the package ships', async () => {
  await inFolder(async (folder) => {
    const output = join(folder, 'landmarks.json');
    const small = ['--heads', '10', '--size', '96', '--samples', '8', '--backend', 'cpu'];
    const outcome = await personalizedHead(['landmarks', '-o', output, ...small]);
    expect(complaints(outcome)).toBe('');
    expect(outcome.code).toBe(0);
    const measured = parse(await readFile(output, 'utf8'));
    const shipped = parse(await readFile('assets/base.landmarks.json', 'utf8'));
    expect(measured.format).toBe(shipped.format);
    expect(measured.base).toMatch(/^[0-9a-f]{64}$/);
    expect(measured.rigid).toEqual(shipped.rigid);
    expect(measured.components).toHaveLength(2 * 1404);
    expect(Math.min(...measured.sd)).toBeGreaterThan(0);
    const distances = measured.rigid.map((_, i) =>
      Math.hypot(...[0, 1, 2].map((axis) => measured.mean[3 * i + axis]! - shipped.mean[3 * i + axis]!)),
    );
    // World units; heads differ by .007, eye corners lie .14 apart.
    expect(distances.sort((a, b) => a - b)[234]).toBeLessThan(0.008);
  });
});
