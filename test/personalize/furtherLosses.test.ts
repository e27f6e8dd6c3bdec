import { describe, expect, test } from '@jest/globals';
import { lpipsNetwork, type LpipsNetwork } from '../../personalize/perceptual/lpipsNetwork.js';
import { personalize, type PersonalizeOptions, type Personalized } from '../../personalize/personalize.js';
import type { Photo } from '../../personalize/photos/photo.js';
import { bytesSource } from '../../runtime/checkpoint/byteSource.js';
import { encodePerson, readPerson, type Base } from '../../runtime/checkpoint/index.js';
import { AssetError } from '../../runtime/core/errors.js';
import type { Tensor } from '../../runtime/core/tensor.js';
import { learnedMapBase } from '../network/learnedMaps.js';
import { cpu } from '../network/runGraph.js';
import { tinyNetwork } from './perceptual/networks.js';
import { tinyPhotos } from './tinyPhotos.js';

const effort = { person: 2, photo: 1, training: 6 };
const least = { person: 1, photo: 1, training: 1 };

let taking: Promise<Photo[]> | null = null;
const twoPhotos = (): Promise<Photo[]> => (taking ??= (async () => tinyPhotos(await learnedMapBase(), 2, 16))());

async function learn(changes: Partial<PersonalizeOptions> = {}): Promise<Personalized> {
  const base = await learnedMapBase();
  return personalize({ base, execution: await cpu(), photos: await twoPhotos(), effort, resolution: 16, ...changes });
}

const network = (): Promise<LpipsNetwork> => lpipsNetwork(tinyNetwork('alex'));

/** Every pixel four times. */
function doubled({ dims, data }: Tensor): Tensor {
  const [channels, side] = dims as [number, number];
  return {
    dims: [channels, 2 * side, 2 * side],
    data: Float32Array.from({ length: 4 * data.length }, (_, i) => {
      const [c, y, x] = [Math.floor(i / (4 * side * side)), Math.floor(i / (2 * side)) % (2 * side), i % (2 * side)];
      return data[(c * side + (y >> 1)) * side + (x >> 1)]!;
    }),
  };
}

const doubledPhotos = async (): Promise<Photo[]> =>
  (await twoPhotos()).map((photo) => ({
    ...photo,
    image: doubled(photo.image),
    mask: photo.mask && doubled(photo.mask),
  }));

/** Stopped after a training step: the last state. */
async function stateAt(step: number, changes: Partial<PersonalizeOptions>): Promise<Uint8Array> {
  const controller = new AbortController();
  let last: Uint8Array | null = null;
  const stopped = await learn({
    ...changes,
    signal: controller.signal,
    onState: (state) => void (last = state),
    onProgress: (progress) => {
      if (progress.stage === 'training' && progress.step === step) controller.abort(new Error('enough'));
    },
  });
  expect(stopped.completed).toBe(false);
  return last!;
}

let plainly: Promise<Personalized> | null = null;
const plain = (): Promise<Personalized> => (plainly ??= learn());

const same = (a: Personalized, b: Personalized): boolean =>
  [...a.person.tensors].every(([name, { data }]) =>
    data.every((value, i) => value === b.person.tensors.get(name)!.data[i]),
  );

describe('learning by LPIPS', () => {
  test('changes what is learned, is noted in the file, and goes on from a state as if it had not stopped', async () => {
    const lpips = { network: await network(), weight: 0.5 };
    const whole = await learn({ lpips });
    expect(same(whole, await plain())).toBe(false);
    expect(whole.person.metadata.get('lpips')).toBe('alex 0.5');
    const state = await stateAt(4, { lpips });
    expect((await learn({ lpips, resume: state })).person).toEqual(whole.person);
    await expect(learn({ resume: state })).rejects.toThrow(/other settings/);
    const other = { network: await lpipsNetwork(tinyNetwork('vgg16')), weight: 0.5 };
    await expect(learn({ lpips: other, resume: state })).rejects.toThrow(/other settings/);
  });

  test('with no weight it is as if there were no network', async () => {
    const { person } = await learn({ lpips: { network: await network(), weight: 0 } });
    expect(person).toEqual((await plain()).person);
  });
});

test('identity between the anchors changes what is learned but not the anchors’ own steps, and goes on from a state', async () => {
  const whole = await learn({ identity: 2 });
  expect(same(whole, await plain())).toBe(false);
  expect(whole.inverted).toEqual((await plain()).inverted);
  expect(whole.person.metadata.get('identity')).toBe('2');
  const state = await stateAt(4, { identity: 2 });
  expect((await learn({ identity: 2, resume: state })).person).toEqual(whole.person);
});

describe('learning from the super-resolved image', () => {
  test('photos larger than the raw image teach super-resolution too; the person fits a .head', async () => {
    const photos = await doubledPhotos();
    const { person, curve } = await learn({ photos, resolution: 32 });
    const learned = [...person.tensors.keys()].filter((name) => name.includes('superresolution.'));
    // B starts at 0.
    const moved = learned.filter((name) => person.tensors.get(name)!.data.some((value) => value !== 0));
    expect(moved.some((name) => name.endsWith('lora_B'))).toBe(true);
    expect(curve.every(({ loss }) => Number.isFinite(loss))).toBe(true);
    const read = await readPerson(bytesSource(encodePerson(person)), await learnedMapBase());
    expect(read.tensors.size).toBe(person.tensors.size);
    const without = await learn({ photos, resolution: 32, superresolution: false, effort: least });
    expect([...without.person.tensors.keys()].filter((name) => name.includes('superresolution.'))).toEqual([]);
  });

  test('photos no larger than the raw image do not, and where it is asked for, a reason says why not', async () => {
    expect([...(await plain()).person.tensors.keys()].filter((name) => name.includes('superresolution.'))).toEqual([]);
    await expect(learn({ superresolution: true })).rejects.toThrow(/at least 32 pixels/);
    const base = await learnedMapBase();
    const none: Base = { ...base, config: { ...base.config, superresolution: null } };
    await expect(learn({ base: none, superresolution: true })).rejects.toThrow(AssetError);
  });
});
