import type { Camera } from '../../../runtime/camera/camera.js';
import type { BakeSettings } from '../../../runtime/render/fast/bakeSettings.js';
import type { RayBounds, RenderSettings } from '../../../runtime/render/settings.js';
import type { Volume } from '../../../runtime/render/volume.js';
import type { GlDevice, GlTexture } from '../../../runtime/render/webgl/glDevice.js';
import { GlRenderer } from '../../../runtime/render/webgl/glRenderer.js';

/** A typed array as it crosses to the page. */
type Numbers = readonly number[];

/** What is drawn: planes one after the other into the same memory, of which the last is seen. */
export interface GlRequest {
  readonly decoder: Readonly<
    Record<'channels' | 'hidden' | 'colors', number> & Record<'w1' | 'b1' | 'w2' | 'b2', Numbers>
  >;
  readonly projection: Volume['projection'];
  readonly settings: RenderSettings;
  readonly bake: Partial<BakeSettings>;
  readonly bounds: RayBounds;
  readonly camera: Camera;
  readonly side: number;
  readonly dims: Numbers;
  readonly planes: readonly Numbers[];
  /** Goes from the last planes but one to the last by these shares, instead of at once. */
  readonly mix?: Numbers;
  readonly refines?: boolean;
}

export interface GlDrawn {
  readonly distances: Numbers;
  readonly voxels: Numbers;
  readonly color: Numbers;
  readonly depth: Numbers;
  /** gl.getError() at the end. */
  readonly error: number;
  readonly milliseconds: number;
}

const gl = new OffscreenCanvas(1, 1).getContext('webgl2')!;
const context = { gl, use: <T>(body: () => T): T => body() };

function read(device: GlDevice, texture: GlTexture, layer: number | null): Numbers {
  return device.work(() => {
    const { format, width, height } = texture;
    gl.bindFramebuffer(gl.FRAMEBUFFER, gl.createFramebuffer());
    if (layer === null) {
      gl.framebufferTexture2D(gl.FRAMEBUFFER, gl.COLOR_ATTACHMENT0, gl.TEXTURE_2D, texture.texture, 0);
    } else gl.framebufferTextureLayer(gl.FRAMEBUFFER, gl.COLOR_ATTACHMENT0, texture.texture, 0, layer);
    const count = 4 * width * height;
    if (format === 'rgba8') {
      const values = new Uint8Array(count);
      gl.readPixels(0, 0, width, height, gl.RGBA, gl.UNSIGNED_BYTE, values);
      return [...values];
    }
    if (format === 'r8ui') {
      const values = new Uint32Array(count);
      gl.readPixels(0, 0, width, height, gl.RGBA_INTEGER, gl.UNSIGNED_INT, values);
      return [...values].filter((_, i) => i % 4 === 0);
    }
    const values = new Float32Array(count);
    gl.readPixels(0, 0, width, height, gl.RGBA, gl.FLOAT, values);
    return [...values].filter((_, i) => i % 4 < 2);
  });
}

async function draw(request: GlRequest): Promise<GlDrawn> {
  const { projection, settings, bake, bounds, camera, side, dims, mix = [] } = request;
  const { w1, b1, w2, b2, ...sizes } = request.decoder;
  const floats = (values: Numbers): Float32Array => Float32Array.from(values);
  const decoder = { ...sizes, w1: floats(w1), b1: floats(b1), w2: floats(w2), b2: floats(b2) };
  const { crop } = bounds;
  const { refines = true } = request;
  const options = { context, decoder, projection, settings, bake, refines, ...(crop ? { crop } : {}) };
  const renderer = await GlRenderer.create(options);
  const { device } = renderer;
  const [planes, coming] = [renderer.createPlanes(), renderer.createPlanes()];
  const face = renderer.createVolume();
  const start = performance.now();
  request.planes.forEach((values, i) => {
    const isMixed = mix.length > 0 && i === request.planes.length - 1;
    (isMixed ? coming : planes).set({ dims: [...dims], data: floats(values) });
    if (!isMixed) renderer.bake(face, planes);
  });
  for (const share of mix) planes.mix(coming, share);
  if (mix.length > 0) renderer.bake(face, planes);
  const [color, depth] = device.work((): [GlTexture, GlTexture] => [
    device.texture({ format: 'rgba8', width: side, height: side }),
    device.texture({ format: 'rg32f', width: side, height: side }),
  ]);
  // A larger picture before leaves working memory that is too large.
  const [wide, deep] = device.work((): [GlTexture, GlTexture] => [
    device.texture({ format: 'rgba8', width: side + 5, height: side + 5 }),
    device.texture({ format: 'rg32f', width: side + 5, height: side + 5 }),
  ]);
  renderer.march(face, planes, camera, side + 5, bounds, { color: wide.texture, depth: deep.texture });
  renderer.march(face, planes, camera, side, bounds, { color: color.texture, depth: depth.texture });
  await device.done();
  const milliseconds = performance.now() - start;
  const bricks = (renderer.side / 4) ** 3;
  const drawn = {
    distances: read(device, face.distances, null).slice(0, bricks),
    voxels: Array.from({ length: renderer.side }, (_, z) => read(device, face.voxels, z)).flat(),
    color: read(device, color, null),
    depth: read(device, depth, null),
    error: gl.getError(),
    milliseconds,
  };
  for (const made of [face, planes, coming, renderer]) made.dispose();
  return drawn;
}

Object.assign(window, { draw });
