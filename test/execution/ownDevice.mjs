// Run by ownDevice.test.ts in a process of its own: ONNX Runtime brings a Dawn, and two in one process crash on lavapipe.
import { frontalCamera } from '../../dist/runtime/camera/lookAt.js';
import { fileSource } from '../../dist/runtime/checkpoint/fileSource.node.js';
import { readBase } from '../../dist/runtime/checkpoint/index.js';
import { nodeExecution } from '../../dist/runtime/execution/node.js';
import { Generator } from '../../dist/runtime/generator/generator.js';
import { standardNormal } from '../../dist/runtime/latent/normal.js';
import { broadcastW } from '../../dist/runtime/latent/truncation.js';

const base = await readBase(await fileSource(process.argv[2]));
const planes = [];
for (const provider of ['cpu', 'webgpu']) {
  const generator = new Generator(base, await nodeExecution({ provider }));
  const w = await generator.map(standardNormal(0, generator.layout.zDim), frontalCamera(base.config.camera));
  const output = await generator.planes(broadcastW(w, generator.layout.numWs, generator.wAvg));
  planes.push(output.data.slice());
}
let deviation = 0;
planes[0].forEach((value, i) => (deviation = Math.max(deviation, Math.abs(value - planes[1][i]))));
console.log(JSON.stringify({ values: planes[0].length, deviation: Number.isNaN(planes[1][0]) ? null : deviation }));
process.exit(0);
