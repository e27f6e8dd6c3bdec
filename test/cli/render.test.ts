import { describe, expect, test } from '@jest/globals';
import { decode } from 'fast-png';
import { readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { decodeNpy, encodeNpy } from '../../runtime/core/npy.js';
import { expectClose } from '../harness/compare.js';
import { golden } from '../harness/npz.js';
import { complaints, embeddedBase, goldenFile, inFolder, personalizedHead } from './command.js';

const pickle = goldenFile('tiny-network.pkl');
const main = golden('tiny_main');
const camera = (name: string): string => Array.from(main.get(name)!.data).join(',');
const tolerance = 4e-5; // ten times the manifest's for images

async function picture(path: string) {
  return decode(await readFile(path));
}

/** Mean absolute difference of two pictures of one size, 0..255. */
function difference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += Math.abs(a[i]! - b[i]!);
  return sum / a.length;
}

describe('personalized-head render', () => {
  test('renders the embedded base from any folder when none is named', () =>
    inFolder(async (folder) => {
      const options = ['--seed', '2', '--size', '32', '--backend', 'cpu', '-o'];
      const named = await personalizedHead(['render', embeddedBase, ...options, join(folder, 'named.png')]);
      const unnamed = await personalizedHead(['render', ...options, 'unnamed.png'], undefined, folder);
      expect([named.code, unnamed.code]).toEqual([0, 0]);
      expect(await readFile(join(folder, 'unnamed.png'))).toEqual(await readFile(join(folder, 'named.png')));
    }));

  test.each(['cpu', 'webgpu'])('--dump on %s equals the original EG3D', (backend) =>
    inFolder(async (folder) => {
      await writeFile(join(folder, 'z.npy'), encodeNpy(main.get('z1.z')!));
      const outcome = await personalizedHead(
        [
          'render',
          pickle,
          '--z',
          join(folder, 'z.npy'),
          '--condition',
          camera('c_cond'),
          '--camera',
          camera('c_B'),
        ].concat(['--jitter', 'mid', '--backend', backend, '--dump', join(folder, 'dump')]),
      );
      expect(complaints(outcome)).toBe('');
      expect(outcome.code).toBe(0);
      const arrays = { planes: 'z1.planes', features: 'z1.B.features', depth: 'z1.B.depth' };
      const images = { image_raw: 'z1.B.image_raw', image: 'z1.B.image' };
      for (const [name, key] of Object.entries({ ...arrays, ...images })) {
        const actual = decodeNpy(await readFile(join(folder, 'dump', `${name}.npy`)), name);
        const expected = main.get(key)!;
        expect(actual.dims).toEqual(expected.dims);
        expectClose(actual.data, expected.data, tolerance, name);
      }
      const ws = decodeNpy(await readFile(join(folder, 'dump', 'ws.npy')), 'ws');
      expect(ws.dims).toEqual(main.get('z1.ws_psi0.7')!.dims);
    }),
  );

  test('--w, --ws, --seed, --psi and --cutoff name the same latents', () =>
    inFolder(async (folder) => {
      const dump = async (name: string, ...args: string[]) => {
        const outcome = await personalizedHead(['render', pickle, ...args, '--dump', join(folder, name)]);
        expect(complaints(outcome)).toBe('');
        return decodeNpy(await readFile(join(folder, name, 'ws.npy')), name);
      };
      const truncated = await dump('a', '--seed', '0', '--psi', '0.5', '--cutoff', '3');
      expectClose(truncated.data, main.get('z0.ws_psi0.5_cut3')!.data, 1e-5, 'psi and cutoff');
      await writeFile(join(folder, 'w.npy'), encodeNpy(main.get('z0.w')!));
      const fromW = await dump('b', '--w', join(folder, 'w.npy'), '--psi', '0.7');
      expectClose(fromW.data, main.get('z0.ws_psi0.7')!.data, 1e-5, 'w and psi');
      await writeFile(join(folder, 'ws.npy'), encodeNpy(truncated));
      expect((await dump('c', '--ws', join(folder, 'ws.npy'))).data).toEqual(truncated.data);
    }));

  test('draws the embedded base, transparent, with expressions that change the face and not the corner', () =>
    inFolder(async (folder) => {
      const draw = async (name: string, ...args: string[]) => {
        const path = join(folder, name);
        const start = ['render', embeddedBase, '--seed', '3', '--neutral', '--size', '48', '-o', path];
        const outcome = await personalizedHead([...start, ...args]);
        expect([outcome.code, complaints(outcome)]).toEqual([0, '']);
        return picture(path);
      };
      const plain = await draw('plain.png');
      expect([plain.width, plain.height, plain.channels]).toEqual([48, 48, 4]);
      expect(plain.data[3]).toBeLessThan(8); // a corner: nothing
      const middle = (24 * 48 + 24) * 4;
      expect(plain.data[middle + 3]).toBeGreaterThan(250);
      const smiling = await draw('smile.png', '--directions', 'smile=1,jawOpen=0.5');
      expect(difference(smiling.data, plain.data)).toBeGreaterThan(0.5);
      const white = await draw('white.png', '--background', 'white');
      expect([...white.data.subarray(0, 4)]).toEqual([255, 255, 255, 255].map((v) => expect.closeTo(v, -1)));
      const sheet = await draw('sheet.png', '--sweep', 'yaw', '--size', '32');
      expect([sheet.width, sheet.height]).toEqual([32 * 7, 32]);
    }));

  test.each([
    ['no base', ['nothing.safetensors', '-o', 'x.png'], /nothing\.safetensors/],
    ['a camera of 24 numbers', [embeddedBase, '-o', 'x.png', '--camera', Array(24).fill('1').join(',')], /25 numbers/],
    ['two latents', [embeddedBase, '-o', 'x.png', '--seed', '1', '--z', 'z.npy'], /only one/],
    ['an unknown direction', [embeddedBase, '-o', 'x.png', '--directions', 'wink=1'], /wink.*smile/s],
    ['no amount', [embeddedBase, '-o', 'x.png', '--directions', 'smile'], /name=amount/],
    ['size 0', [embeddedBase, '-o', 'x.png', '--size', '0'], /from 1 to 8192/],
    ['nothing to write', [embeddedBase], /-o head\.png/],
    ['a colour of no kind', [embeddedBase, '-o', 'x.png', '--background', 'mauve'], /#rrggbb/],
    ['a foreign person', [embeddedBase, '-o', 'x.png', '--person', embeddedBase], /person/],
    ['an unwritable place', [embeddedBase, '--size', '8', '-o', 'no/such/folder/x.png'], /no.such.folder/],
  ])('refuses %s', (_, args, message) =>
    inFolder(async (folder) => {
      const { code, stderr } = await personalizedHead([
        'render',
        ...args.map((a) => (a === 'x.png' ? join(folder, a) : a)),
      ]);
      expect(code).not.toBe(0);
      expect(stderr).toMatch(message);
      expect(stderr).not.toContain('    at ');
      expect(await readdir(folder)).toEqual([]);
    }),
  );

  test('stops on Ctrl-C and leaves no picture', () =>
    inFolder(async (folder) => {
      const huge = ['render', embeddedBase, '--backend', 'cpu', '--size', '3000', '-o', join(folder, 'x.png')];
      const { code, stderr } = await personalizedHead(huge, 'rendering');
      expect(code).toBe(130);
      expect(stderr).toContain('Nothing was written');
      expect(await readdir(folder)).toEqual([]);
    }));

  test('--help shows examples', async () => {
    const { stdout } = await personalizedHead(['render', '--help']);
    expect(stdout).toContain('Examples:');
  });
});
