import { expect, test } from '@jest/globals';
import { descriptorTensors } from '../../../../personalize/photos/faces/descriptorFiles.js';
import { installedDescriptor } from '../../../../personalize/photos/faces/descriptorFiles.node.js';
import { chipOf } from '../../../../personalize/photos/faces/describeFace.js';
import { descriptorGraph } from '../../../../personalize/photos/faces/descriptorGraph.js';
import { sampleSquare } from '../../../../personalize/photos/faces/sampleSquare.js';
import {
  requireTool,
  resolveTool,
  startTensorFlow,
} from '../../../../personalize/evaluation/judges/tensorflow.node.js';
import { maxAbs } from '../../../harness/compare.js';
import { runGraph } from '../../../network/runGraph.js';
import { drawnFace, pyramidOf } from './drawnFace.js';
import { dirname, join } from 'node:path';

const faceApi = '@vladmandic/face-api/dist/face-api.node-wasm.js';

interface RecognitionNet {
  loadFromDisk(folder: string): Promise<void>;
  computeFaceDescriptor(input: unknown): Promise<Float32Array>;
}

test('our graph computes what face-api computes with the same weights', async () => {
  const files = (await installedDescriptor())!;
  const chip = sampleSquare(pyramidOf(drawnFace()), { cx: 172, cy: 145, side: 150, angle: 0.1 }, 150, {
    range: [0, 255],
  });
  const rounded = chip.map(Math.round);
  const mean = [122.782, 117.001, 104.298];
  const picture = rounded.map((value, i) => (value - mean[Math.floor(i / 22500)]!) / 256);
  const graph = descriptorGraph(descriptorTensors(files));
  const { descriptor } = await runGraph(graph, { picture: { dims: [1, 3, 150, 150], data: picture } });

  const tf = await startTensorFlow();
  const { FaceRecognitionNet } = requireTool(faceApi) as { readonly FaceRecognitionNet: new () => RecognitionNet };
  const net = new FaceRecognitionNet();
  await net.loadFromDisk(join(dirname(resolveTool(faceApi)), '../model'));
  const pixels = Float32Array.from({ length: 3 * 22500 }, (_, i) => rounded[(i % 3) * 22500 + Math.floor(i / 3)]!);
  const theirs = await net.computeFaceDescriptor(tf.tensor3d(pixels, [150, 150, 3]));
  expect(Math.hypot(...theirs)).toBeGreaterThan(0.5);
  // Float32 through 29 layers in another order; two people differ by 0.55 and more in distance.
  expect(maxAbs(descriptor!.data, theirs)).toBeLessThan(1e-3);
});

test('files that do not belong together are refused', async () => {
  const files = (await installedDescriptor())!;
  expect(() => descriptorTensors({ ...files, weights: files.weights.subarray(0, 1e6) })).toThrow(
    'descriptor: expected',
  );
  expect(() => descriptorTensors({ ...files, manifest: 'no' })).toThrow('manifest');
  expect(() => descriptorGraph(new Map())).toThrow('conv32_down');
});

test('the chip is where the template lies best on the landmarks', () => {
  const points = new Float32Array(3 * 468);
  const [scale, angle, cx, cy] = [1.7, 0.4, 300, 200];
  // The template's own points, moved by a known similarity.
  const template: [number, number, number][] = [
    [33, 37.2, 46.6],
    [263, 110.9, 46.6],
    [61, 50.4, 103],
    [291, 97.6, 103],
  ];
  for (const [i, x, y] of template) {
    const [u, v] = [(x - 75) * scale, (y - 75) * scale];
    points.set([cx + Math.cos(angle) * u - Math.sin(angle) * v, cy + Math.sin(angle) * u + Math.cos(angle) * v], 3 * i);
  }
  const chip = chipOf({ points });
  expect(chip.cx).toBeCloseTo(cx, 2);
  expect(chip.cy).toBeCloseTo(cy, 2);
  expect(chip.side).toBeCloseTo(150 * scale, 2);
  expect(chip.angle).toBeCloseTo(angle, 4);
});
