import { afterAll, describe, expect, test } from '@jest/globals';
import { DifferentiableHead } from '../../../../personalize/training/differentiableHead.js';
import { defaultWeights } from '../../../../personalize/training/losses.js';
import type { PatchGradient } from '../../../../personalize/training/patchGradient.js';
import { methods } from '../../../../personalize/training/method.js';
import { Random } from '../../../../personalize/training/random.js';
import { DifferentiableSuperresolution } from '../../../../personalize/training/superresolution/differentiableSuperresolution.js';
import { fineLayout } from '../../../../personalize/training/superresolution/fineLayout.js';
import { fineTarget } from '../../../../personalize/training/superresolution/fineTarget.js';
import { fineGradient } from '../../../../personalize/training/superresolution/fineGradient.js';
import { adaptationOf, isSuperresolution, trainables } from '../../../../personalize/training/trainables.js';
import { orbitCamera } from '../../../../runtime/camera/lookAt.js';
import { HeadError } from '../../../../runtime/core/errors.js';
import type { Tensor } from '../../../../runtime/core/tensor.js';
import { networkLayout } from '../../../../runtime/network/layout.js';
import { renderSettings } from '../../../../runtime/render/settings.js';
import { hashed } from '../../../gradient/scene.js';
import { cpu, goldenTensorOf, repeatW } from '../../../network/runGraph.js';
import { tinyBase } from '../../../network/tinyBase.js';

/** A head and its super-resolution, every factor away from its start, and a photo of four pixels a raw pixel. */
async function scene() {
  const base = await tinyBase();
  const { featureChannels } = networkLayout(base);
  // Importance depths count as constants in the gradient but move in a difference, so there are none.
  const sampling = { depthResolution: 24, depthResolutionImportance: 0 };
  const settings = renderSettings(base.config.rendering, featureChannels, sampling);
  const all = trainables(base, methods.get('lora-1')!, '0', { superresolution: true });
  const start = new Map<string, Tensor>(
    all.map(({ input, dims, values }) => [
      input,
      { dims, data: input.includes('.lora_') ? hashed(`fed.${input}`, values.length, 0.2) : values },
    ]),
  );
  const names = [...start.keys()];
  const common = { base, execution: await cpu(), adaptation: adaptationOf(all) };
  const head = await DifferentiableHead.create({
    ...common,
    settings,
    wrt: ['ws', ...names.filter((name) => !isSuperresolution(name))],
  });
  const superresolution = await DifferentiableSuperresolution.create({
    ...common,
    layout: fineLayout(base, 12),
    wrt: ['ws', ...names.filter(isSuperresolution)],
  });
  const camera = orbitCamera(base.config.camera, 0.3, 0.1);
  const image = { dims: [3, 64, 64], data: hashed('photo', 3 * 64 * 64, 0.3) };
  const target = fineTarget(base, { name: 'a.jpg', camera, image, mask: null });
  const ws = repeatW(goldenTensorOf('tiny_main', 'z0.w'), 8);
  const look = (changed: ReadonlyMap<string, Tensor> = new Map()): Promise<PatchGradient> => {
    const fed = new Map([...start, ['ws', ws] as const, ...changed]);
    const part = (fine: boolean): Map<string, Tensor> =>
      new Map([...fed].filter(([name]) => name !== 'ws' && isSuperresolution(name) === fine));
    const networks = { head, superresolution, fineVariables: part(true) };
    return fineGradient(
      { ...networks, settings, objective: { weights: defaultWeights }, random: new Random('look') },
      { ws: fed.get('ws')!, variables: part(false), camera },
      target,
    );
  };
  return { head, superresolution, look, start: new Map([...start, ['ws', ws] as const]), names };
}

let making: ReturnType<typeof scene> | null = null;
const made = (): ReturnType<typeof scene> => (making ??= scene());
afterAll(async () => {
  const { head, superresolution } = await made();
  await head.dispose();
  await superresolution.dispose();
});

describe('fineGradient', () => {
  test.each([
    'ws',
    'backbone.synthesis.b16.conv1.lora_A',
    'superresolution.block0.conv0.lora_B',
    'superresolution.block0.conv1.affine.lora_A',
    'superresolution.block1.conv1.bias',
  ])('along its gradient by %s, the loss rises as the gradient says', async (name) => {
    const { look, start } = await made();
    const gradient = (await look()).gradients.variables.get(name)!.slice();
    const length = Math.hypot(...gradient);
    const { dims, data } = start.get(name)!;
    const step = (0.01 * Math.hypot(...data)) / Math.sqrt(data.length);
    const at = async (move: number): Promise<number> => {
      const moved = data.map((value, i) => value + (move * gradient[i]!) / length);
      return (await look(new Map([[name, { dims, data: moved }]]))).loss;
    };
    const difference = ((await at(step)) - (await at(-step))) / (2 * step);
    expect(Math.abs(difference / length - 1)).toBeLessThan(0.03);
  });

  test('everything that is learned gets a gradient, noise that super-resolution leaves out excepted', async () => {
    const { look, names } = await made();
    const { gradients } = await look();
    expect([...gradients.variables.keys()].sort()).toEqual(['ws', ...names].sort());
    expect(names.filter((name) => isSuperresolution(name) && name.includes('noise_'))).toEqual([]);
    expect(names.filter(isSuperresolution).length).toBeGreaterThan(30);
  });

  test('super-resolution refuses to go back before an image was made, and tells what it lacks', async () => {
    const base = await tinyBase();
    const all = trainables(base, methods.get('lora-1')!, '0', { superresolution: true });
    const layout = fineLayout(base, 12);
    const parts = { base, execution: await cpu(), adaptation: adaptationOf(all), layout, wrt: [] };
    const fresh = await DifferentiableSuperresolution.create(parts);
    const none = new Float32Array(0);
    await expect(fresh.backward(none)).rejects.toThrow(HeadError);
    const ws = repeatW(goldenTensorOf('tiny_main', 'z0.w'), 8);
    await expect(fresh.image(none, ws, new Map())).rejects.toThrow(/superresolution\.block0.*got none/);
    await fresh.dispose();
  });
});
