import type { Mesh } from '@babylonjs/core/Meshes/mesh.pure.js';

/** Does a light of the scene draw this mesh into a shadow map? */
export function castsShadow(mesh: Mesh): boolean {
  const { lights, shadowsEnabled } = mesh.getScene();
  if (!shadowsEnabled) return false;
  return lights.some((light) => {
    if (!light.shadowEnabled || !light.isEnabled()) return false;
    const generators = light.getShadowGenerators();
    return (
      generators !== null &&
      [...generators.values()].some((generator) => {
        const map = generator.getShadowMap();
        // Without a list a map shows all that is in view.
        return map !== null && (map.renderList?.includes(mesh) ?? true);
      })
    );
  });
}
