import { describe, expect, test } from '@jest/globals';
import { LatentSpace } from '../../../../personalize/inversion/latentSpace.js';
import { DifferentiableHead } from '../../../../personalize/training/differentiableHead.js';
import { KeepExpressions } from '../../../../personalize/training/expressions/keepExpressions.js';
import { methods } from '../../../../personalize/training/method.js';
import { PersonLearner } from '../../../../personalize/training/personLearner.js';
import { targetOf } from '../../../../personalize/training/target.js';
import { adaptationOf, feedsOf, personOf, trainables } from '../../../../personalize/training/trainables.js';
import type { Tensor } from '../../../../runtime/core/tensor.js';
import { ExpressedPlanes } from '../../../../runtime/expression/expressedPlanes.js';
import { carryAlong, PlaneMotion } from '../../../../runtime/expression/planeMotion.js';
import { Generator } from '../../../../runtime/generator/generator.js';
import type { Direction, Directions } from '../../../../runtime/latent/directions.js';
import { renderSettings } from '../../../../runtime/render/settings.js';
import { sheets } from '../../../expression/sheets.js';
import { hashed, relative } from '../../../gradient/scene.js';
import { learnedMapBase } from '../../../network/learnedMaps.js';
import { cpu } from '../../../network/runGraph.js';
import { tinyPhotos } from '../../tinyPhotos.js';

/** Two expressions, each a coordinate of W of its own, as in the embedded base. */
function twoExpressions(wDim: number, hash: string): Directions {
  const along = (index: number): Direction => {
    const vector = new Float32Array(wDim);
    vector[index] = 1.5;
    return { name: `e${index}`, kind: 'expression', range: [0, 1], vector };
  };
  return {
    base: hash,
    byName: new Map([3, 5].map((index) => [`e${index}`, along(index)])),
    groups: new Map(),
    neutral: new Map([
      [3, 0],
      [5, 0],
    ]),
  };
}

async function scene() {
  const base = await learnedMapBase();
  const execution = await cpu();
  const latent = await LatentSpace.measure(base, execution);
  const directions = twoExpressions(latent.layout.wDim, base.hash);
  const photos = await tinyPhotos(base, 4, 16);
  const anchors = photos.map(({ name }) => hashed(`anchor ${name}`, latent.layout.wDim, 0.7));
  const settings = renderSettings(base.config.rendering, 3, { depthResolution: 8, depthResolutionImportance: 8 });
  const all = trainables(base, methods.get('lora-1')!, '0');
  const unlearned = feedsOf(all.map((each) => ({ ...each, values: each.values.slice() })));
  const keep = new KeepExpressions({ base, latent, directions, unlearned, seed: '0' });
  const head = await DifferentiableHead.create({
    ...{ base, execution, settings, adaptation: adaptationOf(all) },
    wrt: ['ws', ...all.map(({ input }) => input)],
  });
  return { base, execution, latent, directions, photos, anchors, settings, all, unlearned, keep, head };
}

let making: ReturnType<typeof scene> | null = null;
const made = (): ReturnType<typeof scene> => (making ??= scene());

describe('KeepExpressions', () => {
  test('the bare base keeps its expressions, a changed one does not', async () => {
    const { keep, head, anchors, unlearned, all } = await made();
    const draw = keep.draw(anchors, 0);
    expect((await keep.look(head, unlearned, draw)).loss).toBeLessThan(1e-9);
    const changed = feedsOf(all.map((each) => ({ ...each, values: hashed(each.input, each.values.length, 0.3) })));
    expect((await keep.look(head, changed, draw)).loss).toBeGreaterThan(0.01);
  });

  test('wants of a changed one what it shows with an expression: moved along, and faded where the base shows something new', async () => {
    const { base, execution, latent, anchors, unlearned, all, head } = await made();
    const changed = all.map((each) => ({
      ...each,
      values: each.values.map((value, i) => value + hashed(each.input, each.values.length, 0.3)[i]!),
    }));
    const raise: Direction = { ...twoExpressions(latent.layout.wDim, base.hash).byName.get('e3')!, name: 'raise' };
    const directions = { ...twoExpressions(latent.layout.wDim, base.hash), directions: new Map([['raise', raise]]) };
    const proxy = sheets(base);
    const keep = new KeepExpressions({ base, latent, directions, proxy, unlearned, seed: '0' });
    const draw = keep.draw(anchors, 2);
    const { loss } = await keep.look(head, feedsOf(changed), draw);
    const person = personOf(base, methods.get('lora-1')!, changed);
    const motion = new PlaneMotion(base, proxy);
    const expressed = new ExpressedPlanes(new Generator(base, execution, { person }), motion);
    const shown = await expressed.planes(draw.expressive, { look: draw.neutral, amounts: draw.amounts });
    const planes = [
      await head.planes(draw.neutral, unlearned),
      await head.planes(draw.expressive, unlearned),
      await head.planes(draw.neutral, feedsOf(changed)),
      await head.planes(draw.expressive, feedsOf(changed)),
    ] as const;
    const [before, after, rest, own] = planes;
    const side = head.layout.planeResolution;
    const learned = rest.map((value, i) => value - before[i]!);
    const moved = carryAlong(learned, motion.flow(draw.amounts, side), side).map((value, i) => value + after[i]!);
    const scale = before.reduce((sum, value, i) => sum + (after[i]! - value) ** 2 + 1e-3 * value ** 2, 0);
    const from = (wanted: Float32Array): number =>
      own.reduce((sum, value, i) => sum + (value - wanted[i]!) ** 2, 0) / scale;
    expect(loss / from(shown.data!)).toBeCloseTo(1, 3);
    expect(Math.abs(loss / from(moved) - 1)).toBeGreaterThan(0.01);
  });

  test.each([
    ['backbone.synthesis.b16.conv1.lora_A', 3e-3],
    ['backbone.synthesis.b8.conv0.lora_B', 3e-3],
    ['backbone.synthesis.b32.conv0.affine.lora_B', 3e-3],
    ['backbone.synthesis.b16.conv0.bias', 3e-3],
  ])('its gradient by %s is that of finite differences', async (name, step) => {
    const { keep, head, anchors, all } = await made();
    const variables = new Map<string, Tensor>(
      all.map(({ input, dims, values }) => [
        input,
        { dims, data: input.includes('.lora_') ? hashed(`fed.${input}`, values.length, 0.3) : values },
      ]),
    );
    const draw = keep.draw(anchors, 1);
    const gradient = (await keep.look(head, variables, draw)).gradients.get(name)!.slice();
    const places = Array.from(gradient.keys())
      .sort((a, b) => Math.abs(gradient[b]!) - Math.abs(gradient[a]!))
      .slice(0, 4);
    const expected: number[] = [];
    for (const i of places) {
      const at = async (change: number): Promise<number> => {
        const tensor = variables.get(name)!;
        const data = tensor.data.slice();
        data[i]! += change;
        return (await keep.look(head, new Map([...variables, [name, { ...tensor, data }]]), draw)).loss;
      };
      expected.push(((await at(step)) - (await at(-step))) / (2 * step));
    }
    expect(
      relative(
        places.map((i) => gradient[i]!),
        expected,
      ),
    ).toBeLessThan(0.03);
  });

  test('with it a person who is learned keeps the base’s changes, without it most of them go awry', async () => {
    const { base, execution, latent, directions, photos, anchors, settings, keep, head } = await made();
    const learned = async (expressions: number): Promise<number> => {
      const learner = await PersonLearner.create({
        ...{ base, execution, latent, directions, settings, targets: photos.map(targetOf) },
        cameras: photos.map(({ camera }) => camera),
        anchors: anchors.map((anchor) => anchor.slice()),
        method: methods.get('lora-1')!,
        plan: {
          ...{ steps: 60, resolution: 16, patch: 16, prior: 0, anchorRate: 0.02, cameraRate: 0, seed: '0' },
          ...{ weights: { color: 1, alpha: 0.5, structure: 0.5 }, expressions },
        },
      });
      while (learner.step < 60) await learner.next();
      let sum = 0;
      // Draws that the training does not make.
      for (let draw = 1000; draw < 1006; draw++) {
        sum += (await keep.look(head, learner.variables, keep.draw(anchors, draw))).loss / 6;
      }
      await learner.dispose();
      return sum;
    };
    const [without, withIt] = [await learned(0), await learned(0.01)];
    expect(withIt).toBeLessThan(0.5 * without);
  });
});
