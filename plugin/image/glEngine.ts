import type { AbstractEngine } from '@babylonjs/core/Engines/abstractEngine.pure.js';
import { switchedOff, type GlContext } from '../../runtime/render/webgl/glDevice.js';

/** What Babylon's WebGL engine (9.12 to 9.35) keeps to itself and is needed here; this is the only place that reaches in. */
interface Reached {
  readonly _gl?: WebGL2RenderingContext;
  readonly webGLVersion?: number;
  readonly preventCacheWipeBetweenFrames?: boolean;
  readonly _currentProgram: WebGLProgram | null;
  readonly _viewportCached: { x: number; y: number; z: number; w: number };
  _unpackFlipYCached: boolean | null;
  getColorWrite(): boolean;
  wipeCaches(bruteForce?: boolean): void;
  resetTextureCache(): void;
}

const contexts = new WeakMap<AbstractEngine, GlContext>();

/** An engine's WebGL 2 context, to be worked on beside the engine; null where it has none. */
export function glContextOf(engine: AbstractEngine): GlContext | null {
  const { _gl: gl, webGLVersion } = engine as unknown as Partial<Reached>;
  if (engine.isWebGPU || !gl || webGLVersion !== 2) return null;
  let context = contexts.get(engine);
  if (context?.gl !== gl) {
    context = { gl, use: (body) => beside(engine as unknown as Reached, gl, body) };
    contexts.set(engine, context);
  }
  return context;
}

/** Can this engine draw a head's image by WebGL 2? */
export function canDrawByWebGl(engine: AbstractEngine): boolean {
  const { gl } = glContextOf(engine) ?? {};
  return gl?.getExtension('EXT_color_buffer_float') != null;
}

/** Is WebGL drawn by the processor? */
export function isSoftwareContext({ gl }: GlContext): boolean {
  const info = gl.getExtension('WEBGL_debug_renderer_info');
  const name = gl.getParameter(info ? info.UNMASKED_RENDERER_WEBGL : gl.RENDERER) as unknown;
  return /swiftshader|llvmpipe|lavapipe|softpipe|software|basic render/i.test(String(name));
}

/** In the middle of a frame, perhaps of a render target: what Babylon believes of the context must be true afterwards. */
function beside<T>(engine: Reached, gl: WebGL2RenderingContext, body: () => T): T {
  const states = switchedOff(gl).map((state) => [state, gl.isEnabled(state)] as const);
  const framebuffer = gl.getParameter(gl.FRAMEBUFFER_BINDING) as WebGLFramebuffer | null;
  // Zeros after Babylon wiped its caches: then it sets the viewport before it draws.
  const viewport = { ...engine._viewportCached };
  try {
    return body();
  } finally {
    for (const [state, on] of states) {
      if (on) gl.enable(state);
      else gl.disable(state);
    }
    const write = engine.getColorWrite();
    gl.colorMask(write, write, write, write);
    gl.bindFramebuffer(gl.FRAMEBUFFER, framebuffer);
    gl.bindBuffer(gl.UNIFORM_BUFFER, null);
    gl.useProgram(engine._currentProgram);
    gl.activeTexture(gl.TEXTURE0);
    engine.wipeCaches(engine.preventCacheWipeBetweenFrames === true);
    engine.resetTextureCache();
    engine._unpackFlipYCached = null;
    if (viewport.z > 0) gl.viewport(viewport.x, viewport.y, viewport.z, viewport.w);
    Object.assign(engine._viewportCached, viewport);
  }
}
