import type { Effect } from '@babylonjs/core/Materials/effect.pure.js';
import type { Material } from '@babylonjs/core/Materials/material.pure.js';

/**
 * The uniforms of a material's shaders. With a shader's last user Babylon's WebGPU engine (9.35) drops it, but not its
 * buffers: one for every mesh that was drawn with it. So they are freed here; twice does no harm.
 */
export class ShaderUniforms {
  private readonly _effects = new Set<Effect>();

  constructor(material: Pick<Material, 'onEffectCreatedObservable'>) {
    material.onEffectCreatedObservable.add(({ effect }) => this._effects.add(effect));
  }

  /** To be called when meshes have let go of the material's shaders: frees the uniforms of those that nobody uses. */
  free(): void {
    const effects = [...this._effects];
    this._effects.clear();
    const free = (): void => {
      for (const effect of effects) if (effect.isDisposed) effect.getPipelineContext()?.dispose();
    };
    free();
    const engine = effects[0]?.getEngine();
    // Babylon itself lets go in the same way, a moment before.
    if (engine) setTimeout(() => engine.onEndFrameObservable.addOnce(free), 1);
  }
}
