import { Color3 } from '@babylonjs/core/Maths/math.color.pure.js';
import type { Mesh } from '@babylonjs/core/Meshes/mesh.pure.js';
import type { Base } from '../../runtime/checkpoint/base/base.js';
import { expectHashOnce } from '../../runtime/checkpoint/base/baseHash.js';
import { AssetError, ofFile } from '../../runtime/core/errors.js';
import { fetchRuntime } from '../../runtime/execution/wasmFiles.js';
import type { Amounts } from '../../runtime/latent/directions.js';
import { HeadImage } from '../image/headImage.js';
import { createHeadModelAsync } from '../image/headModel.js';
import { LatestTask } from '../image/latestTask.js';
import { ARKIT_NAMES, type ArkitName } from '../arkitNames.js';
import { EngineFiles } from '../loading/engineFiles.js';
import { orAborted, type HeadFiles } from '../loading/headFiles.js';
import type { HeadLoadingOptions } from '../loading/loadingOptions.js';
import type { ProgressSum } from '../loading/progressSum.js';
import { registry } from '../registry.js';
import { attributeNames } from './attributes.js';
import { faceOfAsync, looksOfBase, looksOfPerson } from './looks.js';
import type { DisplayOptions, HeadMetadata } from './metadata.js';

/** The neural image of one head, with what brings the head's members to it. It lets go of its files when it is disposed. */
export interface OpenedImage {
  readonly image: HeadImage;
  /** Brings the face of a head's metadata to the image; settles when the newest is on its way. */
  readonly face: LatestTask<HeadMetadata>;
  /** The expressions that this base has in its latent space; others move the mesh only. */
  readonly expressions: readonly ArkitName[];
  /** The attributes of this base by the members that set them. */
  readonly attributes: ReadonlyMap<string, string>;
}

/**
 * Loads base, directions and networks, and makes the image of a head whose mesh is there.
 * @throws AssetError where base and person do not belong together, DeviceError where the device cannot show it
 */
export async function openImageAsync(
  mesh: Mesh,
  { person, proxy, addresses }: HeadFiles,
  options: HeadLoadingOptions & { readonly truncationPsi: number },
  signal: AbortSignal,
  progress: ProgressSum,
  bytes?: ArrayBuffer,
): Promise<OpenedImage> {
  const engine = mesh.getEngine();
  const files = EngineFiles.Of(engine);
  // Four fifths of all bytes: they come beside the base. What fails is told of by the networks.
  if (options.wasmPaths !== undefined) void fetchRuntime(options.wasmPaths, progress.laterPart());
  const base = files.base(addresses.base, bytes, progress.part());
  const leases: { release(): void }[] = [base];
  const release = (): void => leases.splice(0).forEach((lease) => lease.release());
  try {
    const loaded = await orAborted(base.value, signal);
    checkBase(loaded, addresses.base, proxy.baseHash);
    // A person is a small change of these very weights: with others they are somebody else. Meanwhile networks load.
    const sound = person ? ofFile(addresses.base, () => expectHashOnce(loaded)) : Promise.resolve();
    sound.catch(() => undefined);
    const directions = files.directions(addresses.directions, loaded);
    leases.push(directions);
    const known = await orAborted(directions.value, signal);
    const { networks } = registry();
    const model = await createHeadModelAsync(engine, {
      base: loaded,
      directions: known,
      ...(networks && !engine.isWebGPU ? { execution: networks } : {}),
      ...(person ? { person, proxy } : {}),
      ...(options.wasmPaths === undefined ? {} : { wasmPaths: options.wasmPaths }),
      ...(options.networkOn === undefined ? {} : { networkOn: options.networkOn }),
      ...(options.quality === undefined ? {} : { quality: options.quality }),
    });
    leases.push({ release: () => void model.disposeAsync().catch(() => undefined) });
    await orAborted(sound, signal);
    const looks = person
      ? looksOfPerson(person, model.generator.layout.numWs, known)
      : looksOfBase((seed) => model.latentOfSeedAsync(seed, options.truncationPsi));
    const image = new HeadImage(mesh.name, mesh.getScene(), model, { node: mesh, release });
    return {
      image,
      face: new LatestTask(async (metadata) => void (image.ws = await faceOfAsync(looks, metadata))),
      expressions: ARKIT_NAMES.filter((name) => known.byName.has(name)),
      attributes: attributeNames(known),
    };
  } catch (error) {
    release();
    throw error;
  }
}

/**
 * What an image is to show of a head's members.
 * @param influence of an expression
 * @param given amounts by member; those that this base does not have are left out
 */
export function amountsOf(
  { expressions, attributes }: OpenedImage,
  influence: (name: ArkitName) => number,
  given: Readonly<Record<string, number>> = {},
): Amounts {
  const others = Object.entries(given).flatMap(([member, amount]) => {
    const name = attributes.get(member);
    return name !== undefined && Number.isFinite(amount) ? [[name, amount] as const] : [];
  });
  return Object.fromEntries([...expressions.map((name) => [name, influence(name)] as const), ...others]);
}

/** Sets the options that are given; the others stay as they are. */
export function applyDisplay(
  image: HeadImage,
  { image: enabled, renderScale, quality, tint, exposure }: DisplayOptions,
): void {
  if (enabled !== undefined) image.enabled = enabled;
  if (renderScale !== undefined) image.renderScale = renderScale;
  if (quality !== undefined) image.quality = quality;
  if (tint) image.tint = Color3.FromArray(tint);
  if (exposure !== undefined) image.exposure = exposure;
}

function checkBase({ hash }: Base, url: string, expected: string): void {
  if (hash === expected) return;
  throw new AssetError(
    'asset/base',
    `${url}: expected the base ${expected} that the head's mesh was made from, got ${hash}. ` +
      'Make the mesh again with "personalized-head proxy", or name the right base as baseUrl.',
  );
}
