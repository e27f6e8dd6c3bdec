import { setTimeout } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { beforeAll, describe, expect, test } from '@jest/globals';
import type { HeadShape } from '../../../../personalize/photos/cameras/headShape.js';
import type { UprightPhoto } from '../../../../personalize/photos/decode/uprightPhoto.js';
import type { FaceNets } from '../../../../personalize/photos/faces/faceNets.js';
import { preparePhotos } from '../../../../personalize/photos/prepare/preparePhotos.js';
import type { PreparationProgress, PreparedPhotos } from '../../../../personalize/photos/prepare/preparedPhotos.js';
import type { Bitmap } from '../../../../runtime/core/bitmap.js';
import { baseShape, randomOf, seenLandmarks, viewAt } from '../cameras/scene.js';

const count = 200;
const side = 300;

/** Nets that find the same face in every picture. */
function oneFace(shape: HeadShape): FaceNets {
  const view = { ...viewAt(12, 3, 0, 1.8, 160), center: [150, 140] as const };
  const points = seenLandmarks(view, shape.mean, 0.3, randomOf(5));
  const region = { cx: 150, cy: 140, side: 120, angle: 0 };
  return {
    detect: () =>
      Promise.resolve([{ score: 1, box: { cx: 150, cy: 140, width: 80, height: 80 }, points: new Float32Array(12) }]),
    landmarks: () => Promise.resolve({ points, score: 1, asymmetry: 0, region }),
    matte: () => Promise.resolve(new Float32Array(256 * 256).fill(1)),
    describe: null,
    dispose: () => Promise.resolve(),
  };
}

function drawing(): Bitmap {
  const random = randomOf(9);
  const data = Uint8Array.from({ length: 4 * side * side }, (_, i) => (i % 4 === 3 ? 255 : 90 + 80 * random()));
  return { width: side, height: side, data };
}

/** What of them the collector leaves. */
async function alive(references: readonly WeakRef<object>[]): Promise<number> {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  // A reference that was read stays until the turn is over.
  await setTimeout(0);
  collect();
  return references.filter((reference) => reference.deref() !== undefined).length;
}

describe('200 copies of a photo', () => {
  const names = Array.from({ length: count }, (_, i) => `${String(i).padStart(3, '0')}.jpg`);
  const progress: PreparationProgress[] = [];
  const pixels: WeakRef<object>[] = [];
  let mostAtOnce = 0;
  let prepared: PreparedPhotos;

  beforeAll(async () => {
    const shape = await baseShape();
    const { width, height, data } = drawing();
    let [begun, looked] = [0, 0];
    const decode = (_: Uint8Array, name: string): Promise<UprightPhoto> => {
      mostAtOnce = Math.max(mostAtOnce, ++begun - looked);
      const copy = data.slice();
      pixels.push(new WeakRef(copy));
      return Promise.resolve({
        ...{ name, picture: { width, height, data: copy }, original: { width, height }, focal35: null },
      });
    };
    prepared = await preparePhotos({
      files: { list: () => Promise.resolve(names), read: () => Promise.resolve(new Uint8Array(0)) },
      ...{ decode, nets: oneFace(shape), shape, size: 32 },
      onCard: () => {
        looked++;
      },
      onProgress: (state) => void progress.push(state),
    });
  });

  test('are one photo, and each says whose copy it is', () => {
    const { photos, report } = prepared;
    expect(photos.length).toBe(1);
    expect(report.photos.map(({ file }) => file)).toEqual(names);
    const [first, ...copies] = report.photos;
    expect(first).toMatchObject({ file: '000.jpg', kept: true });
    for (const { kept, reasons } of copies) {
      expect(kept).toBe(false);
      expect(reasons.map(({ code, message }) => `${code}: ${message}`)).toContain(
        'twin: It is the same photo as 000.jpg. One is enough.',
      );
    }
    expect(report.warnings.join(' ')).toMatch(/Only 1 photo can be used.*Only 1 of 200 photos/);
  });

  test('lie in memory two at a time: one is looked at, the next decoded', async () => {
    expect(pixels.length).toBe(count);
    expect(mostAtOnce).toBe(2);
    expect(await alive(pixels)).toBe(0);
  });

  test('the progress tells of each photo in turn, grows, and ends at 1', () => {
    const looking = progress.filter(({ stage }) => stage === 'looking');
    expect(looking.map(({ photo }) => photo)).toEqual(names);
    // Equal photos take equal shares.
    const steps = looking.slice(1).map(({ fraction }, i) => fraction - looking[i]!.fraction);
    for (const step of steps) expect(step).toBeCloseTo(steps[0]!, 9);
    const fractions = progress.map(({ fraction }) => fraction);
    expect(fractions).toEqual([...fractions].sort((a, b) => a - b));
    expect([fractions[0], fractions.at(-1)]).toEqual([0, 1]);
    expect([...new Set(progress.map(({ stage }) => stage))]).toEqual(['looking', 'cameras', 'cutting']);
  });
});
