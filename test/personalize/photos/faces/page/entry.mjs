/* global fetch, location */
// A page that runs the face nets in wasm: each on the look of its golden, then all as the library's users do.
import { bytesSource } from '../../../../../dist/runtime/checkpoint/byteSource.js';
import { webExecution } from '../../../../../dist/runtime/execution/web.js';
import { decodeJpeg } from '../../../../../dist/personalize/photos/decodeJpeg.js';
import { netNames, openFaceAsset } from '../../../../../dist/personalize/photos/faces/faceAsset.js';
import { openFaceNets } from '../../../../../dist/personalize/photos/faces/openFaceNets.js';
import { makePyramid } from '../../../../../dist/personalize/photos/faces/bitmapPyramid.js';
import { readFaces } from '../../../../../dist/personalize/photos/faces/readFaces.js';
import { sampleSquare } from '../../../../../dist/personalize/photos/faces/sampleSquare.js';
import looks from '../looks.json';

const fetchBytes = async (name) => new Uint8Array(await (await fetch(name)).arrayBuffer());

/** Net, output, the kept values; then how many faces are read, and their asymmetry. */
globalThis.runFaceNets = async () => {
  const execution = await webExecution({ wasmPaths: new URL('ort/', location.href).href });
  const asset = bytesSource(await fetchBytes('faces.safetensors'));
  const pyramid = makePyramid(decodeJpeg(await fetchBytes('face.jpg'), 'face.jpg'));
  const file = await openFaceAsset(asset);
  const values = [];
  for (const name of netNames) {
    const { square, range, every } = looks[name];
    const graph = await file.graph(name);
    const { dims } = graph.inputs[0];
    const session = await execution.load(graph);
    const outputs = await session.run({ picture: { dims, data: sampleSquare(pyramid, square, dims[3], { range }) } });
    for (const [output, { data }] of Object.entries(outputs)) {
      values.push([name, output, Array.from(data).filter((_, i) => i % every[output] === 0)]);
    }
    await session.dispose();
  }
  const nets = await openFaceNets({ execution, asset });
  const faces = await readFaces(nets, pyramid);
  return { execution: execution.name, values, asymmetries: faces.map(({ landmarks }) => landmarks.asymmetry) };
};
