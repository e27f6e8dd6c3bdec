import { beforeAll, afterAll, describe, expect, test } from '@jest/globals';
import { decode } from 'fast-png';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writePerson } from '../../runtime/checkpoint/person/writePerson.node.js';
import { encodeDirections } from '../../runtime/latent/directionsWrite.js';
import { parseDirections } from '../../runtime/latent/directionsJson.js';
import { labelLine, labelsHeader } from '../../personalize/latent/directions/labels.js';
import type { Directions } from '../../runtime/latent/directions.js';
import { standardNormal } from '../../runtime/latent/normal.js';
import { tinyBase } from '../network/tinyBase.js';
import { tinyPerson } from '../personalize/latent/tinyPerson.js';
import { goldenFile, personalizedHead, type Outcome } from './command.js';

const base = goldenFile('tiny-network.pkl');
const wDim = 32;

let folder: string;
const at = (name: string): string => join(folder, name);

/** Someone of three anchors, someone of one, and directions of this base and of another. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'latent-'));
  const tiny = await tinyBase();
  await writePerson(at('me.head'), await tinyPerson(tiny, 3));
  await writePerson(at('one.head'), await tinyPerson(tiny, 1));
  const smile = { name: 'smile', kind: 'expression', range: [0, 1], vector: standardNormal(9, wDim) } as const;
  const set: Directions = {
    base: tiny.hash,
    byName: new Map([['smile', smile]]),
    groups: new Map(),
    neutral: new Map(),
  };
  await writeFile(at('own.json'), encodeDirections(set));
  await writeFile(at('other.json'), encodeDirections({ ...set, base: '0'.repeat(64) }));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const shared = ['--base', base, '--size', '16', '--backend', 'cpu', '--no-meter'];

function run(command: string, person: string, output: string, more: readonly string[]): Promise<Outcome> {
  return personalizedHead([command, at(person), ...shared, '-o', at(output), ...more]);
}

async function picture(name: string) {
  return decode(await readFile(at(name)));
}

async function notes(name: string): Promise<Record<string, unknown>> {
  return JSON.parse(await readFile(at(name), 'utf8')) as Record<string, unknown>;
}

describe('interpolate', () => {
  test('goes over several anchors with the photos’ own cameras, and writes where it was', async () => {
    const { code } = await run('interpolate', 'me.head', 'path.png', ['--path', '0,2,1', '--frames', '5']);
    expect(code).toBe(0);
    const { width, height } = await picture('path.png');
    expect([width, height]).toEqual([3 * 16, 2 * 16]);
    const { frames, anchors } = (await notes('path.json')) as {
      frames: { t: number; outside: number }[];
      anchors: number[];
    };
    expect(anchors).toEqual([0, 2, 1]);
    expect(frames.map(({ t }) => t)).toEqual([0, 0.25, 0.5, 0.75, 1]);
    for (const { outside } of frames) expect(outside).toBe(0);
  });

  test.each([
    ['a person of one anchor', 'one.head', ['--from', '0', '--to', '0'], /at least two different anchors, got one/],
    ['the same anchor twice', 'me.head', ['--from', '1', '--to', '1'], /1, 1, which have the same latent/],
    ['an anchor that is none', 'me.head', ['--from', '0', '--to', '7'], /expected one of 0 to 2, got 7/],
    ['neither ends nor path', 'me.head', [], /--from and --to, or --path/],
  ])('%s: a clear error, and nothing is written', async (_, person, more, message) => {
    const { code, stderr } = await run('interpolate', person, 'wrong.png', more);
    expect([code, message.test(stderr), stderr.includes('    at ')]).toEqual([1, true, false]);
    expect((await readdir(folder)).filter((name) => name.startsWith('wrong'))).toEqual([]);
  });

  test('WebP is refused before anything is rendered', async () => {
    const { code, stderr } = await run('interpolate', 'me.head', 'film.webp', ['--from', '0', '--to', '1']);
    expect([code, /ends in \.png .*got \.webp/.test(stderr)]).toEqual([1, true]);
  });
});

test('sample: the same seed gives the same sheet; each sample has its distances beside', async () => {
  const more = ['-n', '2', '--beta', '0.2', '--seed', '4'];
  const { code, stdout } = await run('sample', 'me.head', 'a.png', more);
  expect([code, /^1: outside [\d.]+, [\d.]+ from anchor \d/m.test(stdout)]).toEqual([0, true]);
  await run('sample', 'me.head', 'b.png', more);
  expect(await readFile(at('b.png'))).toEqual(await readFile(at('a.png')));
  const { samples } = (await notes('a.json')) as { samples: { outside: number; alpha: number[] }[] };
  expect(samples).toHaveLength(2);
  for (const { alpha } of samples) expect(alpha.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 6);
});

describe('edit', () => {
  const edit = ['--anchor', '1', '--views', '2', '--policy', 'all', '--directions-file'];

  test('shows the start and every policy from its own camera and two sides', async () => {
    const { code } = await run('edit', 'me.head', 'edit.png', [...edit, at('own.json'), '--smile', '+2']);
    expect(code).toBe(0);
    const { width, height, data, channels } = await picture('edit.png');
    expect([width, height]).toEqual([3 * 16, 5 * 16]);
    const { rows } = (await notes('edit.json')) as { rows: { name: string; reach?: number; outside: number }[] };
    expect(rows.map(({ name }) => name)).toEqual(['start', 'project', 'stop', 'continue', 'w']);
    // Start and edit in W are not the same picture.
    const cell = width * channels * 16;
    expect(data.slice(0, cell)).not.toEqual(data.slice(4 * cell));
    expect(rows[1]!.reach).toBeGreaterThan(0);
    // Projected, nothing is farther outside than the dilation goes.
    expect(rows[1]!.outside).toBeLessThan(rows[3]!.outside);
  });

  test.each([
    ['directions of another base', 'me.head', [...edit, 'other.json', '--smile', '1'], /belong to the base 0000/],
    ['no amount', 'me.head', [...edit, 'own.json'], /expected an amount of a direction other than 0/],
    ['an unknown direction', 'me.head', [...edit, 'own.json', '--joy', '1'], /direction joy: this base has none/],
    ['a person of one anchor', 'one.head', [...edit, 'own.json', '--smile', '1'], /edit: .*two different anchors/],
    ['no start', 'me.head', ['--smile', '1'], /one of --image PHOTO and --anchor N/],
  ])('%s: a clear error, and nothing is written', async (_, person, more, message) => {
    const named = more.map((part) => (part.endsWith('.json') ? at(part) : part));
    const { code, stderr } = await run('edit', person, 'wrong.png', named);
    expect([code, message.test(stderr), stderr.includes('    at ')]).toEqual([1, true, false]);
    expect((await readdir(folder)).filter((name) => name.startsWith('wrong'))).toEqual([]);
  });
});

describe('directions', () => {
  const options = ['--no-render', '--attributes', 'smile', '--fraction', '0.25', '--backend', 'cpu'];

  async function label(name: string, scoreOf: (seed: number) => number): Promise<string[]> {
    const lines = Array.from({ length: 40 }, (_, seed) => labelLine({ seed, scores: { smile: scoreOf(seed) } }));
    const { hash } = await tinyBase();
    await writeFile(at(name), labelsHeader({ base: hash, psi: 0.7, side: 64, expressions: false }) + lines.join(''));
    return ['directions', base, '-o', at('found.json'), '--labels', at(name), ...options];
  }

  test('are found from a labels file without rendering, and read back as this base’s', async () => {
    const args = await label('labels.jsonl', (seed) => standardNormal(seed, 1)[0]!);
    const { code, stdout } = await personalizedHead(args);
    expect([code, /^smile: accuracy [\d.]+ \(10 \+ 10 samples\)/m.test(stdout)]).toEqual([0, true]);
    const json = await notes('found.json');
    const { hash } = await tinyBase();
    const found = parseDirections(json, { hash, wDim });
    expect(Math.hypot(...found.byName.get('smile')!.vector)).toBeGreaterThan(0);
    expect(json).toMatchObject({ directions: [{ name: 'smile', counts: [10, 10], keeps: [] }] });
    await rm(at('found.json'));
  });

  test('an empty class is a clear error', async () => {
    const { code, stderr } = await personalizedHead(await label('grave.jsonl', () => 0));
    expect([code, stderr.includes('smile: labels: all 40 scores are 0, so one class is empty')]).toEqual([1, true]);
    expect(await readdir(folder)).not.toContain('found.json');
  });
});
