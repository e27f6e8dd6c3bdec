// `npm run build:faces`: MediaPipe's nets out of its npm packages into assets/faces.safetensors. With --goldens also
// test/personalize/photos/faces/goldens.safetensors, what a plain interpreter makes of the committed picture.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from './build.mjs';
import { interpret } from './faces/interpreter.mjs';
import { layersOf } from './faces/layers.mjs';
import { packageFile } from './faces/packages.mjs';
import { readTflite } from './faces/tflite.mjs';
import { topologyOf } from './faces/topology.mjs';

const root = join(import.meta.dirname, '..');

const detection = { name: '@mediapipe/face_detection', version: '0.4.1657300184' };
const mesh = {
  ...{ name: '@mediapipe/face_mesh', version: '0.4.1657299874' },
  path: 'face_mesh_solution_packed_assets.data',
};
const segmentation = { name: '@mediapipe/selfie_segmentation', version: '0.1.1675465747' };

/** Outputs in the order of the file. */
const nets = {
  fullRange: {
    ...{ ...detection, path: 'face_detection_full_range.tflite', outputs: ['boxes', 'scores'] },
    sha256: '99bf9494d84f50acc6617d89873f71bf6635a841ea699c17cb3377f9507cfec3',
  },
  shortRange: {
    ...{ ...detection, path: 'face_detection_short_range.tflite', outputs: ['boxes', 'scores'] },
    sha256: '3bc182eb9f33925d9e58b5c8d59308a760f4adea8f282370e428c51212c26633',
  },
  landmarks: {
    ...{ ...mesh, range: [2495952, 3737848], outputs: ['points', 'score'] },
    sha256: 'c603fa6149219a3e9487dc9abd7a0c24474c77263273d24868378cdf40aa26d1',
  },
  matte: {
    ...{ ...segmentation, path: 'selfie_segmentation.tflite', outputs: ['matte'] },
    sha256: '8d13b7fae74af625c641226813616a2117bd6bca19eb3b75574621fc08557f27',
  },
};
const geometry = {
  ...{ ...mesh, range: [3737848, 3757224] },
  sha256: 'bdbcda96dfcb7da883da124aaa2c55dee49770d934f0fcc71747f8c21bdc75b4',
};

const failed = build();
if (failed) process.exit(failed);
const { planSafetensors } = await import('../dist/runtime/checkpoint/safetensors/safetensorsEncode.js');

/** @param {Map<string, { dims: readonly number[], dtype: string, bytes: Uint8Array }>} tensors */
function writeTensors(path, tensors, metadata) {
  const entries = [...tensors].map(([name, { dims, dtype }]) => ({ name, dims, dtype }));
  const { header, offsets, size } = planSafetensors(entries, 'F32', metadata);
  const file = new Uint8Array(size);
  file.set(header);
  for (const [name, { bytes }] of tensors) file.set(bytes, offsets.get(name));
  writeFileSync(join(root, path), file);
  console.log(`${path}: ${size} bytes`);
}

const bytesOf = ({ buffer, byteOffset, byteLength }) => new Uint8Array(buffer, byteOffset, byteLength);
const tensors = new Map();
const lists = {};
for (const [name, { outputs, ...file }] of Object.entries(nets)) {
  const net = readTflite(packageFile(file));
  const { layers, outputs: values, weights } = layersOf(net, name);
  for (const [key, { dims, bits }] of weights) tensors.set(key, { dims, dtype: 'F16', bytes: bytesOf(bits) });
  const [, size] = net.tensors[net.inputs[0]].shape;
  lists[name] = { size, layers, outputs: Object.fromEntries(outputs.map((output, i) => [output, values[i]])) };
}
const { vertices, triangles, mirror } = topologyOf(packageFile(geometry));
tensors.set('topology.vertices', { dims: [vertices.length / 3, 3], dtype: 'F32', bytes: bytesOf(vertices) });
tensors.set('topology.triangles', { dims: [triangles.length / 3, 3], dtype: 'I32', bytes: bytesOf(triangles) });
tensors.set('topology.mirror', { dims: [mirror.length], dtype: 'I32', bytes: bytesOf(mirror) });
writeTensors(
  'assets/faces.safetensors',
  tensors,
  new Map([
    ['format', 'personalized-head/faces'],
    ['version', '1'],
    ['license', 'Apache-2.0; MediaPipe, The MediaPipe Authors'],
    ['nets', JSON.stringify(lists)],
  ]),
);

if (process.argv.includes('--goldens')) {
  const folder = 'test/personalize/photos/faces';
  const { decodeJpeg } = await import('../dist/personalize/photos/decodeJpeg.js');
  const { makePyramid } = await import('../dist/personalize/photos/faces/bitmapPyramid.js');
  const { sampleSquare } = await import('../dist/personalize/photos/faces/sampleSquare.js');
  const pyramid = makePyramid(decodeJpeg(readFileSync(join(root, folder, 'face.jpg')), 'face.jpg'));
  const looks = JSON.parse(readFileSync(join(root, folder, 'looks.json'), 'utf8'));
  const goldens = new Map();
  for (const [name, { outputs, ...file }] of Object.entries(nets)) {
    const net = readTflite(packageFile(file));
    const [, size] = net.tensors[net.inputs[0]].shape;
    const { square, range, every } = looks[name];
    const sampled = sampleSquare(pyramid, square, size, { range });
    const picture = Float64Array.from(sampled, (_, i) => sampled[(i % 3) * size * size + Math.floor(i / 3)]);
    interpret(net, picture).forEach((values, i) => {
      const kept = Float32Array.from(values.filter((_, at) => at % every[outputs[i]] === 0));
      goldens.set(`${name}.${outputs[i]}`, { dims: [kept.length], dtype: 'F32', bytes: bytesOf(kept) });
    });
  }
  writeTensors(`${folder}/goldens.safetensors`, goldens, new Map());
}
