import { describe, expect, test } from '@jest/globals';
import type { PersonFile } from '../../runtime/checkpoint/index.js';
import { AssetError, ShapeError } from '../../runtime/core/errors.js';
import type { Tensor } from '../../runtime/core/tensor.js';
import { Generator } from '../../runtime/generator/generator.js';
import { networkLayout } from '../../runtime/network/layout.js';
import { personFeeds } from '../../runtime/network/person.js';
import { loraTolerance, manifest, tolerance } from '../core/manifest.js';
import { expectClose } from '../harness/compare.js';
import { goldenCamera, goldenSettings, goldenVolume, renderTwin } from '../render/goldenScene.js';
import { goldenPersons, hashedPerson, withTensors } from './persons.js';
import { cpu, goldenTensorOf, repeatW, strided } from './runGraph.js';
import { tinyBase } from './tinyBase.js';

interface Result {
  readonly planes: Tensor;
  readonly image: Tensor;
  readonly imageRaw: Float32Array;
}

/** z0 from camera A. */
async function render(person: PersonFile | null): Promise<Result> {
  const generator = new Generator(await tinyBase(), await cpu(), person ? { person } : {});
  const ws = repeatW(goldenTensorOf('tiny_main', 'z0.w'), 8);
  const planes = await generator.planes(ws);
  const output: Tensor = { dims: planes.dims, data: planes.data! };
  const view = renderTwin(await goldenVolume(0, output), goldenCamera('A'), 16, await goldenSettings());
  const image = await generator.superresolve({ dims: [32, 16, 16], data: view.features }, ws);
  await generator.dispose();
  return { planes: output, image: { dims: image.dims, data: image.data! }, imageRaw: view.features.subarray(0, 768) };
}

describe.each(Object.keys(goldenPersons))('%s', (name) => {
  test('planes, raw image and image', async () => {
    const person = hashedPerson(await tinyBase(), goldenPersons[name]!);
    const numbers = [...person.tensors.values()].reduce((total, { data }) => total + data.length, 0);
    expect(numbers).toBe(manifest.tolerances.lora_and_grads[`lora.${name}`]?.n_lora_params);
    const { planes, image, imageRaw } = await render(person);
    const expected = (array: string) => goldenTensorOf('tiny_lora_grads', `lora.${name}.${array}`).data;
    expectClose(strided(planes, [1, 4, 4]).data, expected('planes_stride4'), tolerance('planes'), 'planes');
    expectClose(imageRaw, expected('image_raw'), tolerance('image_raw'), 'image_raw');
    expectClose(strided(image, [1, 4, 4]).data, expected('image_stride4'), loraTolerance(name), 'image');
  });

  test('a person of zeros is the base', async () => {
    const person = hashedPerson(await tinyBase(), goldenPersons[name]!);
    const zero = withTensors(person, (_, { dims, data }) => ({ dims, data: new Float32Array(data.length) }));
    const [none, zeros] = [await render(null), await render(zero)];
    expectClose(zeros.planes.data, none.planes.data, 0, 'planes');
    expectClose(zeros.image.data, none.image.data, 0, 'image');
  });

  test('rows of zeros change nothing', async () => {
    const person = hashedPerson(await tinyBase(), goldenPersons[name]!);
    // Twice the rows, so twice the alpha for the same scale.
    const padded = withTensors(
      person,
      (tensor, { dims, data }) => {
        const [rows, columns] = dims as [number, number];
        const wide = new Float32Array(2 * data.length);
        if (tensor.endsWith('_A')) wide.set(data);
        else
          for (let row = 0; row < rows; row++)
            wide.set(data.subarray(row * columns, (row + 1) * columns), row * 2 * columns);
        return { dims: tensor.endsWith('_A') ? [2 * rows, columns] : [rows, 2 * columns], data: wide };
      },
      { alpha: 2 * person.alpha, rank: 2 * person.rank! },
    );
    const [narrow, wide] = [await render(person), await render(padded)];
    expectClose(wide.planes.data, narrow.planes.data, tolerance('planes'), 'planes');
    expectClose(wide.image.data, narrow.image.data, tolerance('image'), 'image');
  });
});

describe('errors', () => {
  test('factors that do not fit', async () => {
    const base = await tinyBase();
    const person = hashedPerson(base, goldenPersons.my3dgen_r1!);
    const name = 'backbone.synthesis.b8.conv0.lora_A';
    const short = withTensors(person, (key, value) =>
      key === name ? { dims: [3, 287], data: new Float32Array(3 * 287) } : value,
    );
    expect(() => personFeeds(short, networkLayout(base))).toThrow(ShapeError);
    expect(() => personFeeds(short, networkLayout(base))).toThrow(/b8\.conv0: expected A \[r, 288\].*got \[3, 287\]/);
  });

  test('half a pair', async () => {
    const base = await tinyBase();
    const { tensors, ...person } = hashedPerson(base, goldenPersons.my3dgen_r1!);
    const half = new Map([...tensors].filter(([name]) => name !== 'backbone.synthesis.b4.conv1.lora_B'));
    expect(() => personFeeds({ ...person, tensors: half }, networkLayout(base))).toThrow(/b4\.conv1.* and none/);
  });

  test('factors of a layer that the base lacks', async () => {
    const base = await tinyBase();
    const { tensors, ...person } = hashedPerson(base, goldenPersons.my3dgen_r1!);
    const foreign = new Map([
      ...tensors,
      ['backbone.synthesis.b64.conv0.lora_A', { dims: [1, 1], data: new Float32Array(1) }],
    ]);
    expect(() => personFeeds({ ...person, tensors: foreign }, networkLayout(base))).toThrow(AssetError);
    expect(() => personFeeds({ ...person, tensors: foreign }, networkLayout(base))).toThrow(
      /b64\.conv0\.lora_A belongs to no/,
    );
  });
});
