import { Constants } from '@babylonjs/core/Engines/constants.js';
import type { WebGPUEngine } from '@babylonjs/core/Engines/webgpuEngine.pure.js';
import { BaseTexture } from '@babylonjs/core/Materials/Textures/baseTexture.pure.js';
import type { InternalTexture } from '@babylonjs/core/Materials/Textures/internalTexture.js';
import { Texture } from '@babylonjs/core/Materials/Textures/texture.pure.js';
import type { Scene } from '@babylonjs/core/scene.pure.js';
import type { DrawTarget } from './graphics.js';

interface Kind {
  readonly format: number;
  readonly type: number;
  readonly sampling: number;
}

const kinds = {
  color: {
    format: Constants.TEXTUREFORMAT_RGBA,
    type: Constants.TEXTURETYPE_UNSIGNED_BYTE,
    sampling: Constants.TEXTURE_BILINEAR_SAMPLINGMODE,
  },
  depth: {
    format: Constants.TEXTUREFORMAT_RG,
    type: Constants.TEXTURETYPE_FLOAT,
    sampling: Constants.TEXTURE_NEAREST_SAMPLINGMODE,
  },
} satisfies Record<string, Kind>;

type Name = keyof typeof kinds;

/**
 * The two textures of one picture. The BaseTextures stay the same objects for good, so that any material may hold them;
 * what lies behind them changes with the picture's side. Babylon owns the memory, and makes it anew for a new device.
 */
export class PictureTextures {
  /** Display values (sRGB) multiplied by alpha. */
  readonly color: BaseTexture;
  /** Red: distance from the camera, green: alpha. 32 bit floats. */
  readonly depth: BaseTexture;

  constructor(
    name: string,
    private readonly _scene: Scene,
  ) {
    const texture = (kind: Name): BaseTexture => {
      const made = new BaseTexture(_scene);
      made.name = `${name} ${kind}`;
      made.hasAlpha = kind === 'color';
      made.wrapU = Texture.CLAMP_ADDRESSMODE;
      made.wrapV = Texture.CLAMP_ADDRESSMODE;
      return made;
    };
    this.color = texture('color');
    this.depth = texture('depth');
    this.resize(1, 1);
  }

  /** Makes room for another picture; what was there is gone where a side changes. */
  resize(colorSide: number, depthSide: number): void {
    this._resize('color', colorSide);
    this._resize('depth', depthSide);
  }

  /** The same for the painter; they change with `resize` and with the device. */
  get target(): DrawTarget {
    const own = (name: Name): DrawTarget[Name] =>
      this[name].getInternalTexture()!._hardwareTexture!.underlyingResource as DrawTarget[Name];
    return { color: own('color'), depth: own('depth') };
  }

  /** Bytes on the GPU. */
  get bytes(): number {
    return 4 * this.color.getSize().width ** 2 + 8 * this.depth.getSize().width ** 2;
  }

  dispose(): void {
    this.color.dispose();
    this.depth.dispose();
  }

  private _resize(name: Name, side: number): void {
    const texture = this[name];
    const old = texture.getInternalTexture();
    if (old?.width === side) return;
    texture._texture = this._make(kinds[name], side);
    old?.dispose();
  }

  private _make({ format, type, sampling }: Kind, side: number): InternalTexture {
    // Babylon declares its engines as mixins, which the rule takes for another class.
    // eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment
    const engine = this._scene.getEngine() as WebGPUEngine;
    const storage = Constants.TEXTURE_CREATIONFLAG_STORAGE;
    return engine.createRawTexture(null, side, side, format, false, false, sampling, null, type, storage);
  }
}
