import { afterAll, describe, expect, test } from '@jest/globals';
import { DifferentiableHead } from '../../../personalize/training/differentiableHead.js';
import { methods } from '../../../personalize/training/method.js';
import { adaptationOf, trainables } from '../../../personalize/training/trainables.js';
import { orbitCamera } from '../../../runtime/camera/lookAt.js';
import { HeadError } from '../../../runtime/core/errors.js';
import type { Tensor } from '../../../runtime/core/tensor.js';
import { raysFor } from '../../../runtime/render/cpuRenderer.js';
import { renderSettings } from '../../../runtime/render/settings.js';
import { hashed, relative } from '../../gradient/scene.js';
import { learnedMapBase } from '../../network/learnedMaps.js';
import { cpu, goldenTensorOf, repeatW } from '../../network/runGraph.js';

const side = 6;
/** float32 forward passes, kinks of the activations, and the points that the CPU's view leaves out. */
const tolerance = 0.03;

/** A head with every factor away from its start, and a loss that is linear in what is rendered. */
async function scene() {
  const base = await learnedMapBase();
  // Importance depths count as constants in the gradient but move in a difference, so there are none.
  const settings = renderSettings(base.config.rendering, 3, { depthResolution: 24, depthResolutionImportance: 0 });
  const all = trainables(base, methods.get('lora-1')!, '0');
  const variables = new Map<string, Tensor>(
    all.map(({ input, dims, values }) => [
      input,
      { dims, data: input.includes('.lora_') ? hashed(`fed.${input}`, values.length, 0.3) : values },
    ]),
  );
  const head = await DifferentiableHead.create({
    base,
    execution: await cpu(),
    adaptation: adaptationOf(all),
    settings,
    wrt: ['ws', ...all.map(({ input }) => input)],
  });
  const rays = raysFor(orbitCamera(base.config.camera, 0.3, 0.1), side, settings);
  const wanted = { features: hashed('features', 3 * rays.count), alpha: hashed('alpha', rays.count) };
  const ws = repeatW(goldenTensorOf('tiny_main', 'z0.w'), 8);
  const loss = async (latents: Tensor, fed: ReadonlyMap<string, Tensor>): Promise<number> => {
    const { features, alpha } = await head.render(latents, fed, rays);
    let sum = 0;
    features.forEach((value, i) => (sum += value * wanted.features[i]!));
    alpha.forEach((value, i) => (sum += value * wanted.alpha[i]!));
    return sum;
  };
  return { head, rays, wanted, ws, variables, loss };
}

let making: ReturnType<typeof scene> | null = null;
const made = (): ReturnType<typeof scene> => (making ??= scene());
afterAll(async () => (await made()).head.dispose());

/** Places of the largest values. */
const largest = (values: Float32Array, count: number): number[] =>
  Array.from(values.keys())
    .sort((a, b) => Math.abs(values[b]!) - Math.abs(values[a]!))
    .slice(0, count);

async function gradients() {
  const { head, rays, wanted, ws, variables, loss } = await made();
  await loss(ws, variables);
  const { variables: found, rays: byRays } = await head.backward(rays, wanted);
  return { found: new Map([...found].map(([name, data]) => [name, data.slice()])), byRays };
}

/** Central differences at some places of a tensor. */
async function slopes(
  tensor: Tensor,
  places: readonly number[],
  step: number,
  loss: (changed: Tensor) => Promise<number>,
): Promise<number[]> {
  const found: number[] = [];
  for (const i of places) {
    const at = (change: number): Promise<number> => {
      const data = tensor.data.slice();
      data[i]! += change;
      return loss({ ...tensor, data });
    };
    found.push(((await at(step)) - (await at(-step))) / (2 * step));
  }
  return found;
}

describe('DifferentiableHead', () => {
  test('its gradient by ws is that of finite differences', async () => {
    const { ws, variables, loss } = await made();
    const gradient = (await gradients()).found.get('ws')!;
    const places = largest(gradient, 5);
    const expected = await slopes(ws, places, 2e-3, (changed) => loss(changed, variables));
    expect(
      relative(
        places.map((i) => gradient[i]!),
        expected,
      ),
    ).toBeLessThan(tolerance);
  });

  test.each([
    ['backbone.synthesis.b16.conv1.lora_A', 2e-3],
    ['backbone.synthesis.b8.conv0.lora_B', 2e-3],
    ['backbone.synthesis.b32.conv0.affine.lora_B', 2e-3],
    ['backbone.synthesis.b32.conv1.noise_const.lora_A', 2e-3],
    ['backbone.synthesis.b16.conv0.bias', 2e-3],
    ['backbone.synthesis.b4.const', 2e-3],
  ])('its gradient by %s is that of finite differences', async (name, step) => {
    const { ws, variables, loss } = await made();
    const gradient = (await gradients()).found.get(name)!;
    const tensor = variables.get(name)!;
    expect(gradient).toHaveLength(tensor.data.length);
    const places = largest(gradient, 3);
    const expected = await slopes(tensor, places, step, (changed) =>
      loss(ws, new Map([...variables, [name, changed]])),
    );
    expect(
      relative(
        places.map((i) => gradient[i]!),
        expected,
      ),
    ).toBeLessThan(tolerance);
  });

  test('on the CPU, rays get no gradient; the same step twice gives the same numbers', async () => {
    const [first, second] = [await gradients(), await gradients()];
    expect(first).toEqual(second);
    expect([...first.byRays.origins, ...first.byRays.directions].every((value) => value === 0)).toBe(true);
    expect([...first.found.values()].every((values) => values.some((value) => value !== 0))).toBe(true);
  });

  test('renderMore shows the head rendered last', async () => {
    const { head, rays, ws, variables } = await made();
    const { features } = await head.render(ws, variables, rays);
    expect((await head.renderMore(rays)).features).toEqual(features);
  });

  test('refuses to go back before a view was rendered', async () => {
    const { rays, wanted } = await made();
    const base = await learnedMapBase();
    const settings = renderSettings(base.config.rendering, 3);
    const parts = { base, execution: await cpu(), adaptation: adaptationOf([]), settings, wrt: ['ws'] };
    const head = await DifferentiableHead.create(parts);
    await expect(head.backward(rays, wanted)).rejects.toThrow(HeadError);
    await head.dispose();
  });
});
