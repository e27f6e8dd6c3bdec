import type { Scene } from '@babylonjs/core/scene.pure.js';
import type { Tensor } from '../../runtime/core/tensor.js';
import type { FacePlanes } from './graphics.js';
import { sameView, type HeadView } from './headCamera.js';
import type { LevelSide } from './headLevel.js';
import type { HeadModel } from './headModel.js';
import type { ShownPicture } from './headQuad.js';
import type { HeadVolume } from './headVolume.js';
import { pictureSide, type SideLimits } from './pictureSide.js';
import { PictureTextures } from './pictureTextures.js';
import type { FastWhen } from './renderQuality.js';
import type { Sight } from './sight.js';
import { superresolveAsync } from './superResolution.js';

/** Frames a head must stand still before it is rendered at full resolution again. */
const settleFrames = 6;

interface Taken {
  readonly view: HeadView;
  /** Of the planes. */
  readonly version: number;
  readonly side: number;
  /** Super-resolved. */
  readonly fine: boolean;
  /** From the baked volume. */
  readonly fast: boolean;
}

/** A picture that should be taken. */
export interface Wanted {
  readonly sight: Sight;
  readonly version: number;
  readonly side: number;
  /** From the baked volume. */
  readonly fast: boolean;
}

/** What one camera sees of a head, kept until camera, pose or face change. */
export class ViewTexture {
  readonly textures: PictureTextures;
  /** Frames when it was last looked at and last taken. */
  usedAt = -1;
  takenAt = -1;
  private _taken: Taken | null = null;
  private _refining: Taken | null = null;
  private _still = 0;

  constructor(name: string, scene: Scene) {
    this.textures = new PictureTextures(name, scene);
  }

  /** null before the first picture. */
  get shown(): ShownPicture | null {
    const taken = this._taken;
    return taken && { color: this.textures.color, depth: this.textures.depth, view: taken.view };
  }

  /**
   * What to take in this frame; null: the picture is what the camera sees. Call it once a frame.
   * @param version of the planes
   * @param when a picture is taken from the baked volume
   */
  look(sight: Sight, version: number, limits: SideLimits, when: FastWhen): Wanted | null {
    const before = this._taken;
    const changed = before?.version !== version || !sameView(before.view, sight.view);
    this._still = changed ? 0 : this._still + 1;
    const moving = before !== null && this._still < settleFrames;
    const side = pictureSide(sight.pixels, moving, limits);
    const fast = when === 'always' || (when === 'moving' && moving);
    return changed || before.side !== side || before.fast !== fast ? { sight, version, side, fast } : null;
  }

  /** Is it as fine as it will be? */
  isFinal({ pixels }: Sight, limits: SideLimits, { base }: HeadModel, when: FastWhen): boolean {
    const taken = this._taken;
    const fine = base.config.superresolution === null || taken?.fine === true;
    return fine && taken?.fast === (when === 'always') && taken.side === pictureSide(pixels, false, limits);
  }

  /** Should it be super-resolved now? Only at rest: it takes as long as a network run. */
  canBeFiner({ base }: HeadModel): boolean {
    const at = this._taken;
    return (
      base.config.superresolution !== null && !!at && !at.fine && this._refining !== at && this._still >= settleFrames
    );
  }

  /**
   * Runs super-resolution on the same view and paints its image, unless another picture was taken meanwhile.
   * @param ws of the planes
   */
  async refineAsync(model: HeadModel, planes: FacePlanes, ws: Tensor): Promise<void> {
    const taken = this._taken;
    const { renderer, base } = model;
    if (!taken || !renderer) return;
    this._refining = taken;
    const { camera, bounds } = taken.view;
    const image = renderer.render(camera, base.config.neuralRenderingResolution, bounds, planes);
    const fine = await superresolveAsync(model, image, ws);
    if (fine && this._taken === taken && model.shared.painter) {
      this.textures.resize(fine.colorSide, fine.depthSide);
      model.shared.painter.paint(fine, this.textures.target);
      this._taken = { ...taken, fine: true };
    }
    fine?.release();
  }

  /**
   * Submits the march; nothing is awaited.
   * @param level of the volume, where the picture is taken from one
   */
  take(
    { sight, version, side, fast }: Wanted,
    model: HeadModel,
    planes: FacePlanes,
    volume: HeadVolume,
    level: LevelSide,
  ): void {
    const { renderer, shared } = model;
    const { painter } = shared;
    const { view } = sight;
    const fastRenderer = fast ? model.fastRendererOf(level) : null;
    if (fastRenderer) {
      const baked = volume.of(fastRenderer, planes, version);
      this.textures.resize(side, side);
      fastRenderer.march(baked, planes, view.camera, side, view.bounds, this.textures.target);
      this._taken = { view, version, side, fine: false, fast };
      return;
    }
    if (!renderer || !painter) return;
    const image = renderer.render(view.camera, side, view.bounds, planes);
    this.textures.resize(side, side);
    painter.paint(
      { colors: image.features, colorSide: side, surface: image.surface, depthSide: side },
      this.textures.target,
    );
    this._taken = { view, version, side, fine: false, fast: false };
  }

  /** The picture is gone; the textures stay the same objects, empty. */
  clear(): void {
    this._taken = null;
    this._still = 0;
    this.textures.resize(1, 1);
  }

  /** The picture is gone with its device; Babylon makes the textures anew. */
  forget(): void {
    this._taken = null;
  }

  dispose(): void {
    this.textures.dispose();
  }
}
