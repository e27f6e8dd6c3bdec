import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { decode } from 'jpeg-js';
import { faceBox, type FaceBox } from '../../../personalize/evaluation/faceBox.js';
import { cameraFromLabel, type Camera } from '../../../runtime/camera/camera.js';
import type { Tensor } from '../../../runtime/core/tensor.js';

const file = (name: string): Buffer => readFileSync(fileURLToPath(new URL(`photos/${name}`, import.meta.url)));

const { labels } = JSON.parse(file('dataset.json').toString()) as { labels: [string, number[]][] };

export interface TestPhoto {
  /** [3, H, W] in -1..1 */
  readonly image: Tensor;
  readonly camera: Camera;
  readonly box: FaceBox;
}

/** Photos of two invented people, rendered from MakeHuman's CC0 heads; name without extension. */
export function testPhoto(name: string): TestPhoto {
  const { width, height, data } = decode(file(`${name}.jpg`), { useTArray: true });
  const pixels = width * height;
  const image = new Float32Array(3 * pixels);
  for (let i = 0; i < pixels; i++) for (let c = 0; c < 3; c++) image[c * pixels + i] = data[4 * i + c]! / 127.5 - 1;
  const camera = cameraFromLabel(labels.find(([path]) => path === `${name}.jpg`)![1]);
  return { image: { dims: [3, height, width], data: image }, camera, box: faceBox(camera, width) };
}
