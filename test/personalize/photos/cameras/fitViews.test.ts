import { beforeAll, describe, expect, it } from '@jest/globals';
import { fitPhoto } from '../../../../personalize/photos/cameras/fitView.js';
import { fitViews } from '../../../../personalize/photos/cameras/fitViews.js';
import { netBias } from '../../../../personalize/photos/cameras/netBias.js';
import type { HeadShape } from '../../../../personalize/photos/cameras/headShape.js';
import { alignPoints, moveByRule } from '../../../../personalize/photos/cameras/similarity.js';
import { anglesOfRotation } from '../../../../personalize/photos/cameras/viewAngles.js';
import type { FittedView } from '../../../../personalize/photos/cameras/view.js';
import { normal } from '../raw/random.js';
import { angleBetween, baseShape, randomOf, seenLandmarks, viewAt } from './scene.js';

const distances = [0.7, 0.9, 1.3, 1.8, 2.7];
const middle = (values: readonly number[], share = 0.5): number =>
  [...values].sort((a, b) => a - b)[Math.floor(share * (values.length - 1))]!;

/** Somebody: the base's mean with slow, symmetric changes of about 1 cm, in the base's frame as far as landmarks tell. */
function somebody(shape: HeadShape, random: () => number): Float64Array {
  const points = shape.mean.slice();
  for (let wave = 0; wave < 6; wave++) {
    const [a, b, c] = [12 * normal(random), 12 * normal(random), 12 * normal(random)];
    const [phase, height] = [6 * random(), 0.006 * normal(random)];
    for (let i = 0; i < points.length; i += 3) {
      const [x, y, z] = [shape.mean[i]!, shape.mean[i + 1]!, shape.mean[i + 2]!];
      const change = height * (Math.sin(a * x + b * y + c * z + phase) + Math.sin(-a * x + b * y + c * z + phase));
      points[i + 1 + (wave % 2)]! += change;
    }
  }
  return moveByRule(points, alignPoints(points, shape.mean, shape.rigid));
}

const rms = (a: Float64Array, b: Float64Array): number =>
  Math.sqrt((3 * a.reduce((sum, value, i) => sum + (value - b[i]!) ** 2, 0)) / a.length);

describe('the joint fit', () => {
  let shape: HeadShape;
  let person: Float64Array;
  let truth: readonly FittedView[];
  let seen: readonly Float32Array[];
  const exact = { bias: null };
  beforeAll(async () => {
    // Geometry alone: heads that differ from the mean by a centimetre anywhere. Which heads there are, as the base's
    // components tell, moves the head's frame too, which no landmarks show.
    shape = { ...(await baseShape()), components: new Float64Array(0), sd: new Float64Array(1404).fill(0.01) };
    const random = randomOf(11);
    person = somebody(shape, random);
    truth = Array.from({ length: 20 }, (_, i) =>
      viewAt(80 * random() - 40, 30 * random() - 15, 40 * random() - 20, distances[i % 5]!),
    );
    seen = truth.map((view) => seenLandmarks(view, person, 0.5, random));
  });

  it('recovers a person’s shape, poses to .2 degrees and distances to 3 %', async () => {
    expect(rms(person, shape.mean)).toBeGreaterThan(0.004);
    const { views, points, warnings } = await fitViews(seen, shape, exact);
    expect(middle(views.map((view, i) => angleBetween(view.rotation, truth[i]!.rotation)))).toBeLessThan(0.2);
    expect(middle(views.map((view, i) => Math.abs(view.distance / truth[i]!.distance - 1)))).toBeLessThan(0.03);
    expect(middle(views.map((view, i) => Math.abs(view.side / truth[i]!.side - 1)))).toBeLessThan(0.005);
    expect(rms(points, person)).toBeLessThan(0.002);
    expect(warnings).toEqual([]);
  });

  it('takes yaw outwards by its cube and keeps the head in place', async () => {
    const [plain, corrected] = [
      (await fitViews(seen, shape, { bias: { ...netBias, yawCube: 0 } })).views,
      (await fitViews(seen, shape, { bias: { ...netBias, yawCube: 0.2 } })).views,
    ];
    plain.forEach((view, i) => {
      const [before, after] = [view, corrected[i]!].map(({ rotation }) => anglesOfRotation(rotation));
      const radians = (before!.yaw * Math.PI) / 180;
      expect(after!.yaw).toBeCloseTo(before!.yaw + (0.2 * radians ** 3 * 180) / Math.PI, 6);
      expect(after!.pitch).toBeCloseTo(before!.pitch, 6);
      expect(Math.abs(corrected[i]!.side / view.side - 1)).toBeLessThan(0.08);
    });
  });

  it('is not moved by a tenth of the points lying wrong', async () => {
    const random = randomOf(12);
    const disturbed = seen.map((points) => {
      const copy = points.slice();
      for (let i = 0; i < 47; i++) {
        const landmark = Math.floor(468 * random());
        copy[3 * landmark]! += 60 * random() - 10;
        copy[3 * landmark + 1]! += 60 * random() - 10;
      }
      return copy;
    });
    const { views } = await fitViews(disturbed, shape, exact);
    expect(middle(views.map((view, i) => angleBetween(view.rotation, truth[i]!.rotation)))).toBeLessThan(0.5);
    expect(middle(views.map((view, i) => Math.abs(view.distance / truth[i]!.distance - 1)))).toBeLessThan(0.06);
  });

  it('gives mirrored views of mirrored photos', async () => {
    const mirrored = seen.map((points) => {
      const copy = new Float32Array(points.length);
      for (let i = 0; i < 468; i++) {
        copy[3 * i] = 600 - points[3 * shape.mirror[i]!]!;
        copy[3 * i + 1] = points[3 * shape.mirror[i]! + 1]!;
      }
      return copy;
    });
    const [a, b] = [await fitViews(seen, shape), await fitViews(mirrored, shape)];
    a.views.forEach((view, i) => {
      const [one, other] = [view, b.views[i]!].map(({ rotation }) => anglesOfRotation(rotation));
      expect(other!.yaw).toBeCloseTo(-one!.yaw, 0);
      expect(other!.pitch).toBeCloseTo(one!.pitch, 0);
      expect(Math.abs(b.views[i]!.distance / view.distance - 1)).toBeLessThan(0.01);
    });
  });

  it('reads a person out of principal components', async () => {
    // One component that is the person: the rest of the prior is narrow, so only its weight can explain the landmarks.
    const component = person.map((value, i) => value - shape.mean[i]!);
    const narrow = { ...shape, components: component, sd: new Float64Array(1404).fill(0.0005) };
    const { points } = await fitViews(seen.slice(0, 3), narrow, exact);
    const without = await fitViews(seen.slice(0, 3), { ...narrow, components: new Float64Array(0) }, exact);
    expect(rms(points, person)).toBeLessThan(0.2 * rms(person, shape.mean));
    expect(rms(without.points, person)).toBeGreaterThan(2 * rms(points, person));
  });

  it('says what the photos cannot tell, and refuses what is no face', async () => {
    const random = randomOf(13);
    const frontal = [0, 1, 2].map((i) => seenLandmarks(viewAt(i, 0, 0, 2.7), person, 0.5, random));
    expect((await fitViews(frontal, shape)).warnings).toEqual([expect.stringMatching(/about the same side/)]);
    const alone = await fitViews(frontal.slice(0, 1), shape);
    expect(alone.warnings).toEqual([expect.stringMatching(/One photo tells little/)]);
    expect(Math.abs(anglesOfRotation(alone.views[0]!.rotation).yaw)).toBeLessThan(2);
    await expect(fitViews([], shape)).rejects.toThrow(/got none/);
    const broken = frontal[0]!.slice();
    broken[7] = Infinity;
    await expect(fitViews([frontal[1]!, broken], shape, { hints: [{}, { name: 'b.jpg' }] })).rejects.toThrow(
      /b\.jpg: landmark 2 lies at/,
    );
  });

  it('goes on from what each photo alone said, to the last digit of fitting it again, and leaves that as it was', async () => {
    // Some files tell their focal length.
    const hints = truth.map(({ side, distance }, i) =>
      i % 3 === 0 ? { focal: (side * 4.2647 * distance) / 2.7 } : {},
    );
    const starts = seen.map((points, i) => fitPhoto(points, shape, hints[i]).start);
    const before = structuredClone(starts);
    const again = await fitViews(seen, shape, { hints });
    const withStarts = hints.map((hint, i) => ({ ...hint, start: starts[i]! }));
    for (let run = 0; run < 2; run++) expect(await fitViews(seen, shape, { hints: withStarts })).toEqual(again);
    expect(starts).toEqual(before);
    // It is from there that it goes on.
    const elsewhere = withStarts.map((hint) => ({ ...hint, start: { ...hint.start, cx: hint.start.cx + 3 } }));
    expect(await fitViews(seen, shape, { hints: elsewhere })).not.toEqual(again);
  });

  it('stops when it is told to', async () => {
    await expect(fitViews(seen, shape, { signal: AbortSignal.abort() })).rejects.toThrow();
  });
});
