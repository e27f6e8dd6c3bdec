import { expect, test } from '@jest/globals';
import { sizeOf } from '../../runtime/core/tensor.js';
import { nodeWebExecution } from '../../runtime/execution/nodeWeb.node.js';
import { gradientGraph } from '../../runtime/network/gradient/gradientGraph.js';
import { GraphBuilder } from '../../runtime/network/graph.js';
import { maxPool } from '../../runtime/network/operators.js';
import { testDevice } from '../harness/gpu.js';
import { cpu } from '../network/runGraph.js';
import { hashed, relative } from './scene.js';

test.each([
  [2, 2],
  [3, 2],
])('windows of %i, %i apart: ONNX Runtime’s WebGPU gives the gradient of its CPU', async (kernel, stride) => {
  const g = new GraphBuilder('pool');
  const x = g.input('x', [1, 5, 9, 9]);
  const y = maxPool(g, x, kernel, stride);
  g.output('y', y);
  const graph = gradientGraph(g.build(), { wrt: ['x'], keepOutputs: false });
  const feeds = {
    x: { dims: x.dims, data: hashed('x', sizeOf(x.dims)) },
    'grad.y': { dims: y.dims, data: hashed('dy', sizeOf(y.dims)) },
  };
  const gradients: Float32Array[] = [];
  for (const execution of [await nodeWebExecution(await testDevice()), await cpu()]) {
    const session = await execution.load(graph);
    gradients.push((await session.run(feeds))['grad.x']!.data!.slice());
    await session.dispose();
  }
  expect(relative(gradients[0]!, gradients[1]!)).toBeLessThan(1e-6);
});
