import { DeviceError } from '../../core/errors.js';
import { glBlocks, until, type GlProgram } from './glProgram.js';

/** A WebGL 2 context that may be somebody else's. */
export interface GlContext {
  readonly gl: WebGL2RenderingContext;
  /** Runs what changes the context's state, and gives its owner back what they rely on. */
  use<T>(body: () => T): T;
}

const formats = {
  r8ui: { bytes: 1, sized: 'R8UI' },
  r32f: { bytes: 4, sized: 'R32F' },
  rg32f: { bytes: 8, sized: 'RG32F' },
  rgba8: { bytes: 4, sized: 'RGBA8' },
  rgba16f: { bytes: 8, sized: 'RGBA16F' },
} as const;

/** Texels across and down. */
export interface GlSize {
  readonly width: number;
  readonly height: number;
}

/** A texture's sizes and kind; with a depth it is an array of layers, or three-dimensional. */
export interface GlTextureOptions extends GlSize {
  readonly format: keyof typeof formats;
  readonly depth?: number;
  readonly is3d?: boolean;
  readonly linear?: boolean;
}

export interface GlTexture extends GlTextureOptions {
  readonly texture: WebGLTexture;
  readonly target: GLenum;
  readonly bytes: number;
}

/** What is drawn into. */
export interface GlTarget extends GlSize {
  readonly framebuffer: WebGLFramebuffer;
}

/** A texture and what draws into all of it. */
export interface GlSurface {
  readonly texture: GlTexture;
  readonly targets: readonly GlTarget[];
}

/** What `GlDevice.work` switches off; who shares the context switches it on again. */
export const switchedOff = (gl: WebGL2RenderingContext): readonly GLenum[] => [
  gl.BLEND,
  gl.CULL_FACE,
  gl.DEPTH_TEST,
  gl.DITHER,
  gl.POLYGON_OFFSET_FILL,
  gl.SAMPLE_ALPHA_TO_COVERAGE,
  gl.SCISSOR_TEST,
  gl.STENCIL_TEST,
];

/** WebGL 2 as it is needed here: textures, targets, and programs that are run on every texel of a target. */
export class GlDevice {
  readonly gl: WebGL2RenderingContext;
  private readonly _vertices: WebGLVertexArrayObject;
  /** Kinds of targets that the device was asked about: each answer may wait for all that it was told before. */
  private readonly _known = new Set<string>();

  /** @throws DeviceError `device/limit` where 32 bit floats cannot be drawn into */
  constructor(private readonly _context: GlContext) {
    this.gl = _context.gl;
    if (!this.gl.getExtension('EXT_color_buffer_float')) {
      throw new DeviceError(
        'device/limit',
        'WebGL 2: this device cannot draw floating-point numbers (EXT_color_buffer_float).',
      );
    }
    this._vertices = this.gl.createVertexArray();
  }

  /** Runs a body that draws; only within it may textures be made, filled and drawn into. */
  work<T>(body: () => T): T {
    return this._context.use(() => {
      const { gl } = this;
      for (const state of switchedOff(gl)) gl.disable(state);
      gl.colorMask(true, true, true, true);
      gl.bindBuffer(gl.PIXEL_UNPACK_BUFFER, null);
      for (const parameter of [
        gl.UNPACK_FLIP_Y_WEBGL,
        gl.UNPACK_PREMULTIPLY_ALPHA_WEBGL,
        gl.UNPACK_ROW_LENGTH,
        gl.UNPACK_IMAGE_HEIGHT,
        gl.UNPACK_SKIP_PIXELS,
        gl.UNPACK_SKIP_ROWS,
        gl.UNPACK_SKIP_IMAGES,
      ]) {
        gl.pixelStorei(parameter, 0);
      }
      gl.pixelStorei(gl.UNPACK_ALIGNMENT, 1);
      gl.bindVertexArray(this._vertices);
      try {
        return body();
      } finally {
        gl.bindVertexArray(null);
      }
    });
  }

  texture(options: GlTextureOptions): GlTexture {
    const { gl } = this;
    const { format, width, height, depth, is3d = false, linear = false } = options;
    const { bytes, sized } = formats[format];
    const target = depth === undefined ? gl.TEXTURE_2D : is3d ? gl.TEXTURE_3D : gl.TEXTURE_2D_ARRAY;
    const texture = gl.createTexture();
    gl.bindTexture(target, texture);
    if (depth === undefined) gl.texStorage2D(target, 1, gl[sized], width, height);
    else gl.texStorage3D(target, 1, gl[sized], width, height, depth);
    const filter = linear ? gl.LINEAR : gl.NEAREST;
    gl.texParameteri(target, gl.TEXTURE_MIN_FILTER, filter);
    gl.texParameteri(target, gl.TEXTURE_MAG_FILTER, filter);
    for (const wrap of [gl.TEXTURE_WRAP_S, gl.TEXTURE_WRAP_T, gl.TEXTURE_WRAP_R]) {
      gl.texParameteri(target, wrap, gl.CLAMP_TO_EDGE);
    }
    return { ...options, texture, target, bytes: bytes * width * height * (depth ?? 1) };
  }

  /** Targets of four layers each, the last perhaps of fewer: what shaders/webgl/include/layers.glsl writes. */
  layers({ texture, format, width, height, depth = 0 }: GlTexture): GlTarget[] {
    const { gl } = this;
    return Array.from({ length: Math.ceil(depth / 4) }, (_, i) => {
      const framebuffer = gl.createFramebuffer();
      gl.bindFramebuffer(gl.FRAMEBUFFER, framebuffer);
      const count = Math.min(4, depth - 4 * i);
      for (let k = 0; k < count; k++) {
        gl.framebufferTextureLayer(gl.FRAMEBUFFER, gl.COLOR_ATTACHMENT0 + k, texture, 0, 4 * i + k);
      }
      this._finishTarget(count, format);
      return { framebuffer, width, height };
    });
  }

  /**
   * A target of flat textures.
   * @param into a target to attach them to, in place of a new one
   */
  flat(textures: readonly WebGLTexture[], width: number, height: number, into?: GlTarget): GlTarget {
    const { gl } = this;
    const framebuffer = into?.framebuffer ?? gl.createFramebuffer();
    gl.bindFramebuffer(gl.FRAMEBUFFER, framebuffer);
    textures.forEach((texture, k) => {
      gl.framebufferTexture2D(gl.FRAMEBUFFER, gl.COLOR_ATTACHMENT0 + k, gl.TEXTURE_2D, texture, 0);
    });
    if (!into) this._finishTarget(textures.length, 'flat');
    return { framebuffer, width, height };
  }

  /** A buffer for one of the uniform blocks. */
  block(bytes: number): WebGLBuffer {
    const { gl } = this;
    const buffer = gl.createBuffer();
    gl.bindBuffer(gl.UNIFORM_BUFFER, buffer);
    gl.bufferData(gl.UNIFORM_BUFFER, bytes, gl.DYNAMIC_DRAW);
    return buffer;
  }

  fill(block: WebGLBuffer, data: ArrayBuffer | Float32Array<ArrayBuffer>): void {
    const { gl } = this;
    gl.bindBuffer(gl.UNIFORM_BUFFER, block);
    if (data instanceof ArrayBuffer) gl.bufferSubData(gl.UNIFORM_BUFFER, 0, data);
    else gl.bufferSubData(gl.UNIFORM_BUFFER, 0, data);
  }

  bind(blocks: Readonly<Partial<Record<keyof typeof glBlocks, WebGLBuffer>>>): void {
    const { gl } = this;
    for (const [name, buffer] of Object.entries(blocks)) {
      gl.bindBufferBase(gl.UNIFORM_BUFFER, glBlocks[name as keyof typeof glBlocks], buffer);
    }
  }

  /** Runs a program on every texel of a target. @param numbers uniforms */
  run(
    program: GlProgram,
    { framebuffer, width, height }: GlTarget,
    textures: Readonly<Record<string, GlTexture>>,
    numbers: Readonly<Record<string, readonly number[]>> = {},
  ): void {
    const { gl } = this;
    program.use();
    for (const [name, unit] of program.units) {
      const { target, texture } = textures[name]!;
      gl.activeTexture(gl.TEXTURE0 + unit);
      gl.bindTexture(target, texture);
    }
    for (const [name, values] of Object.entries(numbers)) program.set(name, values);
    gl.bindFramebuffer(gl.FRAMEBUFFER, framebuffer);
    gl.viewport(0, 0, width, height);
    gl.drawArrays(gl.TRIANGLES, 0, 3);
  }

  /** Runs a program on all layers of a texture, by its targets from `layers`. */
  runLayers(
    program: GlProgram,
    targets: readonly GlTarget[],
    textures: Readonly<Record<string, GlTexture>>,
    numbers: Readonly<Record<string, readonly number[]>> = {},
  ): void {
    targets.forEach((target, i) => this.run(program, target, textures, { ...numbers, first: [4 * i] }));
  }

  /** Settles when the device has done what it was told so far, or is lost. */
  async done(): Promise<void> {
    const { gl } = this;
    const fence = gl.fenceSync(gl.SYNC_GPU_COMMANDS_COMPLETE, 0);
    if (!fence) return;
    gl.flush();
    await until(() => gl.isContextLost() || gl.clientWaitSync(fence, 0, 0) !== gl.TIMEOUT_EXPIRED);
    gl.deleteSync(fence);
  }

  release(textures: readonly (GlTexture | null)[], targets: readonly GlTarget[] = []): void {
    for (const texture of textures) if (texture) this.gl.deleteTexture(texture.texture);
    for (const { framebuffer } of targets) this.gl.deleteFramebuffer(framebuffer);
  }

  dispose(): void {
    this.gl.deleteVertexArray(this._vertices);
  }

  private _finishTarget(count: number, kind: string): void {
    const { gl } = this;
    gl.drawBuffers(Array.from({ length: count }, (_, k) => gl.COLOR_ATTACHMENT0 + k));
    const key = `${kind} ${count}`;
    if (this._known.has(key)) return;
    this._known.add(key);
    const status = gl.checkFramebufferStatus(gl.FRAMEBUFFER);
    if (status !== gl.FRAMEBUFFER_COMPLETE && !gl.isContextLost()) {
      throw new DeviceError(
        'device/limit',
        `WebGL 2: this device cannot draw into a head's textures (status ${status}).`,
      );
    }
  }
}
