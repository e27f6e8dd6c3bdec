import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { encodeProxy } from '../../../runtime/proxy/proxyFile.js';
import { seenHead } from '../../plugin/editor/seenHead.js';
import { tinyProxy } from '../../plugin/node/files.js';
import { root, text } from '../sources.js';

interface Package {
  readonly version: string;
  readonly peerDependencies: Readonly<Record<string, string>>;
}

const packageOf = (folder: string): Package => JSON.parse(text(`${folder}package.json`)) as Package;
const versionOf = (name: string, tool = ''): string => packageOf(`${tool}node_modules/${name}/`).version;
const oldestVersion = (name: string): string => versionOf(name, 'tools/oldest/');
const here = join(root, 'test/package/range');

/** Both ends of what package.json allows, and how Node is told to take them. */
const ends = [
  { end: 'oldest', version: oldestVersion('@babylonjs/core'), hook: ['--import', join(here, 'oldestBabylon.mjs')] },
  { end: 'newest', version: versionOf('@babylonjs/core'), hook: [] },
];

let folder = '';
beforeAll(() => {
  mkdirSync(join(root, 'artifacts'), { recursive: true });
  folder = mkdtempSync(join(root, 'artifacts', 'range-'));
  writeFileSync(join(folder, 'proxy'), encodeProxy(tinyProxy()));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function run(...parameters: string[]): {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
} {
  return spawnSync(process.execPath, parameters, { cwd: root, encoding: 'utf8', maxBuffer: 1 << 26 });
}

describe('the range of Babylons', () => {
  test('begins with the oldest that is tested, and holds the newest', () => {
    const { peerDependencies } = packageOf('');
    const [oldest, newest] = ends as [(typeof ends)[0], (typeof ends)[0]];
    expect(peerDependencies['@babylonjs/core']).toBe(`>=${oldest.version} <10`);
    expect(peerDependencies.babylonjs).toBe(`>=${oldestVersion('babylonjs')} <10`);
    expect(peerDependencies['@babylonjs/serializers']).toBe(`>=${oldestVersion('@babylonjs/serializers')} <10`);
    expect(newest.version).toMatch(/^9\./);
    expect(Number(newest.version.split('.')[1])).toBeGreaterThan(Number(oldest.version.split('.')[1]));
  });

  test.each(ends)(
    'on the $end, $version, heads are made, saved, loaded, cloned, played and exported',
    ({ version, hook }) => {
      const { stdout, stderr } = run(...hook, join(here, 'roundTrip.mjs'), join(folder, 'proxy'));
      const last = stdout.trim().split('\n').at(-1) ?? '';
      expect({ stderr: stderr.replace(/^BJS.*\n/gm, '') }).toEqual({ stderr: '' });
      expect(JSON.parse(last)).toEqual({
        ...seenHead,
        version,
        glb: { magic: 'glTF', targetNames: 52 },
      });
    },
  );

  test(`the plugin's types are right on the oldest, ${ends[0]!.version}, too`, () => {
    const { status, stdout } = run('node_modules/typescript/bin/tsc', '-p', here);
    expect({ status, stdout }).toEqual({ status: 0, stdout: '' });
  });

  test(`heads in scenes pass their tests on the oldest, ${ends[0]!.version}: with WebGPU and without`, () => {
    // All but the one that takes as long as the others together.
    const quick = '^(?!what the morph targets and the pose say)';
    const report = join(folder, 'oldest.json');
    const jest = [
      '--experimental-vm-modules',
      '--disable-warning=ExperimentalWarning',
      'node_modules/jest/bin/jest.js',
    ];
    const config = [
      '-c',
      join(here, 'jest.oldest.config.mjs'),
      '--runInBand',
      '-t',
      quick,
      '--json',
      `--outputFile=${report}`,
    ];
    const { stderr } = run(...jest, ...config);
    const results = JSON.parse(readFileSync(report, 'utf8')) as { numPassedTests: number; success: boolean };
    if (!results.success) throw new Error(stderr);
    expect(results.numPassedTests).toBeGreaterThan(40);
  });
});
