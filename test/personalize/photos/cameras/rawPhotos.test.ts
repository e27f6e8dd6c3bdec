import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import jpeg from 'jpeg-js';
import { fitViews } from '../../../../personalize/photos/cameras/fitViews.js';
import type { FittedView } from '../../../../personalize/photos/cameras/view.js';
import type { FaceNets } from '../../../../personalize/photos/faces/faceNets.js';
import { openFaceNets } from '../../../../personalize/photos/faces/openFaceNets.js';
import { makePyramid } from '../../../../personalize/photos/faces/bitmapPyramid.js';
import { readFaces } from '../../../../personalize/photos/faces/readFaces.js';
import { fileSource } from '../../../../runtime/checkpoint/fileSource.node.js';
import { nodeExecution } from '../../../../runtime/execution/node.js';
import { rawPeople, rawPhotos } from '../raw/rawPhotos.js';
import { baseShape } from './scene.js';
import { errorsWithoutGauge, median, type ViewError } from './withoutGauge.js';

/** The gates of the cameras, on the few photos that the project holds; `RAW_PEOPLE` names whole sets. */
describe('cameras of raw photos', () => {
  let source: Awaited<ReturnType<typeof fileSource>>;
  let nets: FaceNets;
  let errors: readonly ViewError[];
  let distances: readonly number[];
  let [photos, found] = [0, 0];

  beforeAll(async () => {
    const shape = await baseShape();
    source = await fileSource('assets/faces.safetensors');
    nets = await openFaceNets({ execution: await nodeExecution({ threads: 1 }), asset: source });
    const all: ViewError[] = [];
    const relative: number[] = [];
    for (const person of rawPeople) {
      const [seen, truth]: [Float32Array[], FittedView[]] = [[], []];
      for (const photo of rawPhotos(person)) {
        photos++;
        const { view } = photo.truth;
        const faces = await readFaces(nets, makePyramid(jpeg.decode(photo.bytes, { useTArray: true })));
        // The tip of the nose tells the face from one that a net saw in the background.
        const face = faces.find(({ landmarks: { points } }) => {
          return Math.hypot(points[12]! - view.center[0], points[13]! - view.center[1]) < 0.35 * view.side;
        });
        if (!face) continue;
        found++;
        seen.push(face.landmarks.points);
        truth.push(view);
      }
      const { views } = await fitViews(seen, shape);
      all.push(...errorsWithoutGauge(views, truth));
      relative.push(...views.map(({ distance }, i) => distance / truth[i]!.distance));
    }
    errors = all;
    distances = relative;
  });

  afterAll(async () => {
    await nets.dispose();
    await source.close();
  });

  const between = (from: number, to: number): readonly ViewError[] =>
    errors.filter(({ yaw }) => Math.abs(yaw) >= from && Math.abs(yaw) < to);

  it('finds the faces', () => {
    expect(photos).toBeGreaterThanOrEqual(36);
    expect(found / photos).toBeGreaterThanOrEqual(0.97);
  });

  it('turns cameras as the truth, but for one turn a person', () => {
    expect(median(between(0, 30).map(({ angle }) => angle))).toBeLessThan(3.5);
    expect(median(between(30, 45).map(({ angle }) => angle))).toBeLessThan(5.5);
    expect(median(between(45, 90).map(({ angle }) => angle))).toBeLessThan(8);
  });

  it('finds origin and scale of the heads', () => {
    expect(median(errors.map(({ origin }) => origin))).toBeLessThan(0.01);
    expect(median(errors.map(({ scale }) => scale))).toBeLessThan(0.03);
  });

  it('believes distances near the truth', () => {
    expect(median(distances)).toBeGreaterThan(0.7);
    expect(median(distances)).toBeLessThan(1.4);
  });
});
