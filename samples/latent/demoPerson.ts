import { cameraLabel } from '../../runtime/camera/camera.js';
import { frontalCamera, orbitCamera } from '../../runtime/camera/lookAt.js';
import type { Base, PersonFile } from '../../runtime/checkpoint/index.js';
import { hashKey, hashUniform } from '../../runtime/core/hash.js';
import type { Generator } from '../../runtime/generator/generator.js';
import { neutralize, offsetByDirections, type Directions } from '../../runtime/latent/directions.js';
import { standardNormal } from '../../runtime/latent/normal.js';
import { broadcastW } from '../../runtime/latent/truncation.js';

/** Expressions that the anchors of the invented person show, where the base has them. */
const shown = ['smile', 'jawOpen', 'browUp', 'blink', 'frown', 'mouthPucker', 'sneer'];

/**
 * Somebody to try the page with: a face of the base with other expressions in each anchor, as if photographed from several
 * sides. Nothing is learned; it is a person without factors.
 */
export async function demoPerson(
  base: Base,
  generator: Generator,
  set: Directions,
  count: number,
): Promise<PersonFile> {
  const { zDim, wDim } = generator.layout;
  const key = hashKey('samples/latent');
  let index = 0;
  const random = (): number => hashUniform(key, index++);
  const w = await generator.map(standardNormal(2, zDim), frontalCamera(base.config.camera));
  const neutral = neutralize(broadcastW(w, 1, generator.wAvg, 0.8), set);
  const known = shown.filter((name) => set.groups.has(name) || set.byName.has(name));
  const anchors = new Float32Array(count * wDim);
  const cameras = new Float32Array(count * 25);
  for (let n = 0; n < count; n++) {
    // The first is without expression; the others have one strongly and another one a little.
    const main = known[(n - 1) % Math.max(1, known.length)];
    const other = known[Math.floor(random() * known.length)];
    const amounts = n === 0 || !main || !other ? {} : { [other]: 0.3 * random(), [main]: 0.7 + 0.3 * random() };
    anchors.set(offsetByDirections(neutral, set, amounts).data, n * wDim);
    const camera = orbitCamera(base.config.camera, 0.9 * (random() - 0.5), 0.2 * (random() - 0.5));
    cameras.set(cameraLabel(camera), n * 25);
  }
  return {
    baseHash: base.hash,
    convention: 'standard',
    alpha: 1,
    tensors: new Map([
      ['anchors', { dims: [count, 1, wDim], data: anchors }],
      ['cameras', { dims: [count, 25], data: cameras }],
      ['neutral', { dims: [wDim], data: neutral.data }],
    ]),
    metadata: new Map([['name', 'invented']]),
  };
}
