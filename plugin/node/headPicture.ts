import { Color3 } from '@babylonjs/core/Maths/math.color.pure.js';
import type { Mesh } from '@babylonjs/core/Meshes/mesh.pure.js';
import type { Base } from '../../runtime/checkpoint/base.js';
import { expectHashOnce } from '../../runtime/checkpoint/baseHash.js';
import { AssetError, ofFile } from '../../runtime/core/errors.js';
import { fetchRuntime } from '../../runtime/execution/wasmFiles.js';
import type { Directions } from '../../runtime/latent/directions.js';
import { HeadImage } from '../image/headImage.js';
import { createHeadModelAsync } from '../image/headModel.js';
import { LatestTask } from '../image/latestTask.js';
import { ARKIT_NAMES, type ArkitName } from '../arkitNames.js';
import { EngineFiles } from '../loading/engineFiles.js';
import { orAborted, type HeadFiles } from '../loading/headFiles.js';
import type { HeadLoadingOptions } from '../loading/loadingOptions.js';
import type { ProgressSum } from '../loading/progressSum.js';
import { attributeNames } from './attributes.js';
import { faceOfAsync, facesOfBase, facesOfPerson, type Faces } from './faceLatent.js';
import { copyMetadata, type HeadDisplay, type HeadMetadata } from './metadata.js';

/** The neural image of one head: which base and person make it, and what it shows. */
export class HeadPicture {
  private readonly _face = new LatestTask<HeadMetadata>(async (metadata) => {
    const ws = await faceOfAsync(this.faces, metadata);
    if (!this._disposed) this.image.ws = ws;
  });
  /** The expressions that this base has in its latent space; others move the mesh only. */
  private readonly _names: readonly ArkitName[];
  /** The attributes of this base by the members that set them. */
  readonly attributes: ReadonlyMap<string, string>;
  private _disposed = false;

  private constructor(
    readonly image: HeadImage,
    readonly faces: Faces,
    directions: Directions | null,
    private readonly _release: () => void,
  ) {
    this._names = ARKIT_NAMES.filter((name) => directions?.directions.has(name));
    this.attributes = attributeNames(directions);
  }

  /**
   * @throws AssetError where base and person do not belong together, DeviceError where the device cannot show it
   */
  static async createAsync(
    mesh: Mesh,
    { person, proxy, addresses }: HeadFiles,
    options: HeadLoadingOptions & { readonly truncationPsi: number },
    signal: AbortSignal,
    progress: ProgressSum,
    bytes?: ArrayBuffer,
  ): Promise<HeadPicture> {
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
      const model = await createHeadModelAsync(engine, {
        base: loaded,
        directions: known,
        ...(person ? { person, proxy } : {}),
        ...(options.wasmPaths === undefined ? {} : { wasmPaths: options.wasmPaths }),
        ...(options.networkOn === undefined ? {} : { networkOn: options.networkOn }),
        ...(options.quality === undefined ? {} : { quality: options.quality }),
      });
      leases.push({ release: () => void model.disposeAsync().catch(() => undefined) });
      await orAborted(sound, signal);
      const faces = person
        ? facesOfPerson(person, model.generator.layout.numWs, known)
        : facesOfBase((seed) => model.latentOfSeedAsync(seed, options.truncationPsi));
      const image = new HeadImage(mesh.name, mesh.getScene(), model, { node: mesh });
      return new HeadPicture(image, faces, known, release);
    } catch (error) {
      release();
      throw error;
    }
  }

  /**
   * @param influence of an expression
   * @param attributes amounts by member; those that this base does not have are left out
   */
  setAmounts(influence: (name: ArkitName) => number, attributes: Readonly<Record<string, number>> = {}): void {
    const expression = this._names.map((name) => [name, influence(name)] as const);
    const others = Object.entries(attributes).flatMap(([member, amount]) => {
      const name = this.attributes.get(member);
      return name !== undefined && Number.isFinite(amount) ? [[name, amount] as const] : [];
    });
    this.image.amounts = Object.fromEntries([...expression, ...others]);
  }

  /** Sets what is said, and leaves the image's own defaults where nothing is. */
  setDisplay({ image: enabled, renderScale, quality, tint, exposure }: HeadDisplay): void {
    const { image } = this;
    if (enabled !== undefined) image.enabled = enabled;
    if (renderScale !== undefined) image.renderScale = renderScale;
    if (quality !== undefined) image.quality = quality;
    if (tint) image.tint = Color3.FromArray(tint);
    if (exposure !== undefined) image.exposure = exposure;
  }

  /** Settles when the newest face is on its way to the image. */
  setFaceAsync(metadata: HeadMetadata): Promise<void> {
    return this._face.run(copyMetadata(metadata));
  }

  async whenSettledAsync(): Promise<void> {
    await this._face.settled();
    await this.image.whenSettledAsync();
  }

  dispose(): void {
    if (this._disposed) return;
    this._disposed = true;
    this.image.dispose();
    this._release();
  }
}

function checkBase({ hash }: Base, url: string, expected: string): void {
  if (hash === expected) return;
  throw new AssetError(
    'asset/base',
    `${url}: expected the base ${expected} that the head's mesh was made from, got ${hash}. ` +
      'Make the mesh again with "personalized-head proxy", or name the right base as baseUrl.',
  );
}
