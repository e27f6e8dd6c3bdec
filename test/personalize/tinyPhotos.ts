import type { Photo } from '../../personalize/photos/photo.js';
import { orbitCamera } from '../../runtime/camera/lookAt.js';
import type { Base } from '../../runtime/checkpoint/index.js';
import { Generator } from '../../runtime/generator/generator.js';
import { HeadRenderer } from '../../runtime/generator/headRenderer.js';
import { standardNormal } from '../../runtime/latent/normal.js';
import { cpu, repeatW } from '../network/runGraph.js';

export interface TinyPhotoOptions {
  /** Of the latent. */
  readonly seed?: number;
  /** Of the camera, world units; default the base's own. */
  readonly distance?: number;
  /** [wDim], in place of the seed's latent. */
  readonly w?: Float32Array;
}

/** Photos of one latent of a base from several sides, as a camera would take them: colours not premultiplied. */
export async function tinyPhotos(
  base: Base,
  count: number,
  side: number,
  { seed = 5, distance = base.config.camera.radius, w: given }: TinyPhotoOptions = {},
): Promise<Photo[]> {
  const generator = new Generator(base, await cpu());
  const headRenderer = await HeadRenderer.create(generator, { resolution: side, follow: true });
  const { zDim, wDim, numWs } = generator.layout;
  const w = given ?? (await generator.map(standardNormal(seed, zDim), orbitCamera(base.config.camera, 0, 0)));
  await headRenderer.setFace(repeatW({ dims: [wDim], data: w }, numWs));
  const photos: Photo[] = [];
  for (let i = 0; i < count; i++) {
    // As far as it is, the crop shows as much of the head.
    const focal = (base.config.camera.focal * distance) / base.config.camera.radius;
    const view = { ...base.config.camera, radius: distance, focal };
    const camera = orbitCamera(view, 0.3 * (i - (count - 1) / 2), 0.05 * i);
    const { imageRaw, alpha } = await headRenderer.render(camera);
    const area = side * side;
    const data = imageRaw.data.map((value, k) => {
      const coverage = Math.max(alpha.data[k % area]!, 1e-3);
      return Math.min(1, Math.max(-1, (value + 1) / coverage - 1));
    });
    photos.push({
      name: `${i}.jpg`,
      camera,
      image: { dims: [3, side, side], data },
      mask: { dims: [1, side, side], data: alpha.data.map((value) => Math.min(1, Math.max(0, value))) },
    });
  }
  await headRenderer.dispose();
  await generator.dispose();
  return photos;
}
