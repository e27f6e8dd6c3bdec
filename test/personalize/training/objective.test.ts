import { expect, test } from '@jest/globals';
import { Lpips } from '../../../personalize/perceptual/lpips.js';
import { lpipsNetwork } from '../../../personalize/perceptual/lpipsNetwork.js';
import { defaultWeights, patchLoss } from '../../../personalize/training/losses.js';
import { widen } from '../../../personalize/training/patchGradient.js';
import { compare } from '../../../personalize/training/objective.js';
import { hashed } from '../../gradient/scene.js';
import { cpu } from '../../network/runGraph.js';
import { tinyNetwork } from '../perceptual/networks.js';
import { patchOf, viewOf } from './patches.js';

const side = 16;
const patch = patchOf(side, true);
const view = viewOf(hashed('features', 3 * side * side, 0.4), hashed('alpha', side * side, 0.2));

test('without a network, the patch’s loss; so with a network of no weight', async () => {
  const lpips = new Lpips(await cpu(), await lpipsNetwork(tinyNetwork('alex')));
  const expected = patchLoss(view, patch, defaultWeights);
  expect(await compare(view, patch, { weights: defaultWeights })).toEqual(expected);
  expect(await compare(view, patch, { weights: defaultWeights, perceptual: { lpips, weight: 0 } })).toEqual(expected);
});

test('with a network, its distance and gradient are added by their weight', async () => {
  const lpips = new Lpips(await cpu(), await lpipsNetwork(tinyNetwork('vgg16')));
  const plain = patchLoss(view, patch, defaultWeights);
  const added = await compare(view, patch, { weights: defaultWeights, perceptual: { lpips, weight: 3 } });
  const dims = [3, side, side];
  const photo = await lpips.reference({ dims, data: patch.color.map((value) => 2 * value - 1) });
  const { distance, gradient } = await lpips.slope({ dims, data: view.features }, photo);
  expect(added.total).toBeCloseTo(plain.total + 3 * distance, 6);
  expect(added.gradients.alpha).toEqual(plain.gradients.alpha);
  const difference = Array.from(added.gradients.features, (value, i) => value - plain.gradients.features[i]!);
  difference.forEach((value, i) => expect(Math.abs(value - 3 * gradient[i]!)).toBeLessThan(1e-7));
  // Further feature channels have no say.
  const more = { ...view, features: Float32Array.from({ length: 5 * side * side }, (_, i) => view.features[i] ?? 9) };
  const wide = await compare(more, patch, { weights: defaultWeights, perceptual: { lpips, weight: 3 } });
  expect(wide).toEqual(added);
  const { features } = widen(wide.gradients, more.features.length);
  expect([features.length, features[3 * side * side], features[7]]).toEqual([
    more.features.length,
    0,
    added.gradients.features[7],
  ]);
  await lpips.dispose();
});
