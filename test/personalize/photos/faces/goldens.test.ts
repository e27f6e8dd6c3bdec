import { expect, test } from '@jest/globals';
import { netNames, openFaceAsset } from '../../../../personalize/photos/faces/faceAsset.js';
import { sampleSquare } from '../../../../personalize/photos/faces/sampleSquare.js';
import { openSafetensors } from '../../../../runtime/checkpoint/safetensors/safetensors.js';
import { maxAbs } from '../../../harness/compare.js';
import { runGraph } from '../../../network/runGraph.js';
import { drawnFace, facesAsset, goldenLooks, goldensSource, pyramidOf } from './drawnFace.js';

// The goldens are what scripts/faces/interpreter.mjs, plain loops in float64 over the .tflite files, makes of the picture.
test.each(netNames)('the net %s computes what an interpreter of the .tflite file computes', async (name) => {
  const graph = await (await openFaceAsset(facesAsset())).graph(name);
  const { square, range, every } = goldenLooks[name]!;
  const [, , , size] = graph.inputs[0]!.dims as [number, number, number, number];
  const picture = sampleSquare(pyramidOf(drawnFace()), square, size, { range });
  const outputs = await runGraph(graph, { picture: { dims: [1, 3, size, size], data: picture } });
  const { entries } = await openSafetensors(goldensSource());
  expect(Object.keys(outputs).sort()).toEqual(Object.keys(every).sort());
  for (const [output, step] of Object.entries(every)) {
    const golden = (await entries.get(`${name}.${output}`)!.read()).data;
    const values = outputs[output]!.data.filter((_, i) => i % step === 0);
    // Not all alike, or the comparison would say nothing.
    if (golden.length > 1) expect(Math.max(...golden) - Math.min(...golden)).toBeGreaterThan(0.9);
    expect(maxAbs(values, golden)).toBeLessThan(1e-3);
  }
});

test('the topology is that of a face: mirrored twice is the same, triangles are counter-clockwise from in front', async () => {
  const { mirror, triangles, vertices } = (await openFaceAsset(facesAsset())).topology;
  expect(Array.from(mirror, (i) => mirror[i])).toEqual(Array.from({ length: 468 }, (_, i) => i));
  // Outer eye corners, mouth corners, and the nose's tip in the middle.
  expect([mirror[33], mirror[61], mirror[4]]).toEqual([263, 291, 4]);
  expect(triangles.length).toBe(898 * 3);
  let front = 0;
  for (let t = 0; t < triangles.length; t += 3) {
    const [a, b, c] = [0, 1, 2].map((k) => 3 * triangles[t + k]!) as [number, number, number];
    const along = (i: number, j: number): number => vertices[j]! - vertices[i]!;
    front += Math.sign(along(a, b) * along(a + 1, c + 1) - along(a + 1, b + 1) * along(a, c));
  }
  expect(front / 898).toBeGreaterThan(0.8);
});
