import { frontalCamera } from '../camera/lookAt.js';
import type { PersonFile } from '../checkpoint/person/person.js';
import { encodePng } from '../core/bitmap.js';
import { HeadError } from '../core/errors.js';
import type { Tensor } from '../core/tensor.js';
import { expressedFace, type Added } from '../expression/expressedFace.js';
import { ExpressedPlanes } from '../expression/expressedPlanes.js';
import { PlaneMotion } from '../expression/planeMotion.js';
import { CpuPoints } from '../render/onnx/cpuPoints.js';
import type { Generator } from '../generator/generator.js';
import { neutralize, type Directions } from '../latent/directions.js';
import { neutralOfPerson } from '../latent/personLooks.js';
import { broadcastW } from '../latent/truncation.js';
import { raysFor } from '../render/cpuRenderer.js';
import { headExtent } from '../render/headExtent.js';
import { renderSettings } from '../render/settings.js';
import { asPlanes, decoderOf, planeProjection } from '../render/volume.js';
import { bakeTexture } from './bake.js';
import { cropped } from './field.js';
import { headSurface } from './headSurface.js';
import { gatherRows } from './mesh.js';
import { MorphFinder } from './morphs.js';
import type { HeadProxy } from './proxy.js';
import { texelMap } from './texels.js';
import { unwrap } from './unwrap.js';

export interface MakeProxyOptions {
  /** Samples of the density along the longest side; default 112. */
  readonly resolution?: number;
  /** Vertices wanted, about; default 3000. */
  readonly vertices?: number;
  /** Side of the texture, pixels; default 512. */
  readonly textureSize?: number;
  /** Whose head to make, without the photographs' expression; default: the base's mean head. */
  readonly person?: PersonFile;
  /** The base's own proxy: the person's expressions are then those that a scene shows, see `ExpressedPlanes`. */
  readonly common?: HeadProxy;
  /** @param fraction 0..1 */
  readonly onProgress?: (fraction: number) => void;
  readonly signal?: AbortSignal;
}

/** Rays each way that decide at which density the surface lies. */
const levelRays = 64;
/** Steps in which an expression is followed. */
const amounts = [0.5, 1];
/** Shares of the time that shape, texture and morphs take. */
const [shapeShare, textureShare] = [0.1, 0.2];

/**
 * The base's mean head, or a person's, neutral, as a mesh with its expressions.
 * @param generator of the base, whose execution leaves results on the CPU
 * @throws AssetError for a person of another base or without latents, HeadError where results are left on a GPU; the signal's reason when it aborts
 */
export async function makeProxy(
  generator: Generator,
  directions: Directions,
  { resolution = 112, vertices = 3000, textureSize = 512, person, common, onProgress, signal }: MakeProxyOptions = {},
): Promise<HeadProxy> {
  const { base, execution, layout, wAvg } = generator;
  const w = person ? neutralOfPerson(person, layout.numWs) : broadcastW(wAvg, layout.numWs, wAvg);
  const prepared = person && generator.prepare(person);
  const settings = renderSettings(base.config.rendering, 3);
  const points = await CpuPoints.create(execution, {
    decoder: decoderOf(base),
    projection: planeProjection(base.config.planeAxes),
    boxWarp: settings.boxWarp,
    channels: 3,
  });
  const { half } = headExtent(base.config);
  const radiance = cropped((batch) => {
    signal?.throwIfAborted();
    return points.evaluate(batch);
  }, half);
  const expressed = new ExpressedPlanes(generator, common ? new PlaneMotion(base, common) : null, prepared);
  const setFace = async (ws: Tensor, added?: Added): Promise<void> => {
    const planes = await expressed.planes(ws, added);
    const { data, dims } = planes;
    if (!data) throw new HeadError('proxy/device', 'makeProxy: expected planes on the CPU. Leave keepOnGpu away.');
    points.setPlanes(asPlanes({ data, dims }, layout.planeChannels));
    planes.release();
  };
  try {
    const ws = neutralize(w, directions);
    await setFace(ws);
    const rays = raysFor(frontalCamera(base.config.camera), levelRays, settings);
    const surface = await headSurface(radiance, half, rays, {
      resolution,
      vertices,
      onProgress: (part) => onProgress?.(shapeShare * part),
    });
    const open = unwrap(surface.mesh);
    const normals = gatherRows(surface.normals, open.source, 3);
    const texels = texelMap(open, normals, textureSize);
    const texture = await bakeTexture(radiance, texels, textureSize, (part) =>
      onProgress?.(shapeShare + textureShare * part),
    );

    const finder = await MorphFinder.create(radiance, surface);
    const expressions = [...directions.byName.values()].filter(({ kind }) => kind === 'expression');
    const morphs = new Map<string, Float32Array>();
    for (const { name } of expressions) {
      let moved: Float32Array | undefined;
      for (const amount of amounts) {
        const face = expressedFace(ws, directions, { [name]: amount });
        await setFace(face.ws, face);
        moved = await finder.follow(radiance, moved);
      }
      morphs.set(name, gatherRows(await finder.settle(radiance, moved!), open.source, 3));
      const rest = 1 - shapeShare - textureShare;
      onProgress?.(1 - rest * (1 - morphs.size / expressions.length));
    }
    return {
      baseHash: base.hash,
      positions: open.mesh.positions,
      normals,
      uvs: open.uvs,
      indices: open.mesh.indices,
      texture: Uint8Array.from(encodePng(texture)),
      morphs,
    };
  } finally {
    await points.dispose();
  }
}
