import type { Photo } from '../../../personalize/photos/photo.js';
import { cameraLabel, type Camera } from '../../../runtime/camera/camera.js';
import { frontalCamera, orbitCamera } from '../../../runtime/camera/lookAt.js';
import type { Base, PersonFile } from '../../../runtime/checkpoint/index.js';
import type { Tensor } from '../../../runtime/core/tensor.js';
import { Generator } from '../../../runtime/generator/generator.js';
import { HeadRenderer } from '../../../runtime/generator/headRenderer.js';
import { standardNormal } from '../../../runtime/latent/normal.js';
import { cpu } from '../../network/runGraph.js';

/** A person of nothing but anchors, those of seeds 1 to `count`, seen from left to right. */
export async function tinyPerson(base: Base, count: number): Promise<PersonFile> {
  const generator = new Generator(base, await cpu());
  const { zDim, wDim } = generator.layout;
  const anchors = new Float32Array(count * wDim);
  const cameras = new Float32Array(count * 25);
  for (let n = 0; n < count; n++) {
    anchors.set(await generator.map(standardNormal(n + 1, zDim), frontalCamera(base.config.camera)), n * wDim);
    cameras.set(cameraLabel(orbitCamera(base.config.camera, 0.2 * n - 0.2, 0)), n * 25);
  }
  await generator.dispose();
  const neutral = Float32Array.from({ length: wDim }, (_, i) => {
    let sum = 0;
    for (let n = 0; n < count; n++) sum += anchors[n * wDim + i]!;
    return sum / count;
  });
  return {
    baseHash: base.hash,
    convention: 'standard',
    alpha: 1,
    tensors: new Map([
      ['anchors', { dims: [count, 1, wDim], data: anchors }],
      ['cameras', { dims: [count, 25], data: cameras }],
      ['neutral', { dims: [wDim], data: neutral }],
    ]),
    metadata: new Map(),
  };
}

/** A photo of a latent, colours not premultiplied. */
export async function photoOf(
  base: Base,
  person: PersonFile,
  ws: Tensor,
  camera: Camera,
  side: number,
): Promise<Photo> {
  const generator = new Generator(base, await cpu(), { person });
  const headRenderer = await HeadRenderer.create(generator, { resolution: side });
  await headRenderer.setFace(ws);
  const { imageRaw, alpha } = await headRenderer.render(camera);
  await headRenderer.dispose();
  await generator.dispose();
  const area = side * side;
  const data = imageRaw.data.map((value, k) => {
    const coverage = Math.max(alpha.data[k % area]!, 1e-3);
    return Math.min(1, Math.max(-1, (value + 1) / coverage - 1));
  });
  const mask = alpha.data.map((value) => Math.min(1, Math.max(0, value)));
  return {
    name: 'photo.jpg',
    camera,
    image: { dims: [3, side, side], data },
    mask: { dims: [1, side, side], data: mask },
  };
}
