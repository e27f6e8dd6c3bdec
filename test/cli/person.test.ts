import { expect, test } from '@jest/globals';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileSource } from '../../runtime/checkpoint/fileSource.node.js';
import { readBase } from '../../runtime/checkpoint/index.js';
import { writePerson } from '../../runtime/checkpoint/person/writePerson.node.js';
import { decodeNpy } from '../../runtime/core/npy.js';
import { expectClose } from '../harness/compare.js';
import { golden } from '../harness/npz.js';
import { goldenPersons, hashedPerson } from '../network/persons.js';
import { complaints, embeddedBase, goldenFile, inFolder, personalizedHead } from './command.js';

const pickle = goldenFile('tiny-network.pkl');
const camera = Array.from(golden('tiny_main').get('c_A')!.data).join(',');
/** A person file holds float16: 5e-4 of each factor, in an image that the factors move by 0.02 to 0.05. */
const tolerance = 1e-3;

async function tinyBase() {
  const source = await fileSource(pickle);
  try {
    return await readBase(source);
  } finally {
    await source.close();
  }
}

test.each(Object.entries(goldenPersons))('--person renders %s as the original with merged weights', (name, factors) =>
  inFolder(async (folder) => {
    const head = join(folder, 'me.head');
    await writePerson(head, hashedPerson(await tinyBase(), factors));
    const dump = join(folder, 'dump');
    const outcome = await personalizedHead(
      ['render', pickle, '--seed', '0', '--camera', camera, '--person', head].concat([
        '--backend',
        'cpu',
        '--dump',
        dump,
      ]),
    );
    expect([outcome.code, complaints(outcome)]).toEqual([0, '']);
    const actual = decodeNpy(await readFile(join(dump, 'image_raw.npy')), 'image_raw');
    expectClose(actual.data, golden('tiny_lora_grads').get(`lora.${name}.image_raw`)!.data, tolerance, name);
    expect((await stat(head)).size).toBeLessThan(2.5 * 2 * 22_156); // float16, and a header
  }),
);

test('a person is shown in their own look: neutral, or of a photo', () =>
  inFolder(async (folder) => {
    const base = await tinyBase();
    const head = join(folder, 'me.head');
    const { tensors, ...rest } = hashedPerson(base, goldenPersons.my3dgen_r1!);
    const wDim = 32;
    const ramp = (scale: number): Float32Array => Float32Array.from({ length: wDim }, (_, i) => scale * (1 + (i % 5)));
    const looks = { neutral: ramp(0.25), first: ramp(0.5), second: ramp(-0.5) };
    await writePerson(head, {
      ...rest,
      tensors: new Map([
        ...tensors,
        ['anchors', { dims: [2, 1, wDim], data: Float32Array.from([...looks.first, ...looks.second]) }],
        ['neutral', { dims: [wDim], data: looks.neutral }],
      ]),
    });
    const shown = async (...options: string[]): Promise<Float32Array> => {
      const outcome = await personalizedHead(
        ['render', pickle, '--person', head, '--backend', 'cpu', '--resolution', '8', '--dump', folder].concat(options),
      );
      expect([outcome.code, complaints(outcome)]).toEqual([0, '']);
      const { data } = decodeNpy(await readFile(join(folder, 'ws.npy')), 'ws');
      return Float32Array.from(data.slice(-wDim));
    };
    expect(await shown()).toEqual(looks.neutral);
    expect(await shown('--anchor', '1')).toEqual(looks.second);
    const seeded = await shown('--seed', '0');
    expect([looks.neutral, looks.first, looks.second]).not.toContainEqual(seeded);
    const refused = await personalizedHead(['render', pickle, '--anchor', '1', '-o', join(folder, 'x.png')]);
    expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining('--person')]);
  }));

test('a person of another base is refused by name of its base', () =>
  inFolder(async (folder) => {
    const head = join(folder, 'me.head');
    const base = await tinyBase();
    await writePerson(head, hashedPerson(base, goldenPersons.my3dgen_r1!));
    const { code, stderr } = await personalizedHead([
      'render',
      embeddedBase,
      '--person',
      head,
      '-o',
      join(folder, 'x.png'),
    ]);
    expect(code).toBe(1);
    expect(stderr).toContain(base.hash);
  }));
