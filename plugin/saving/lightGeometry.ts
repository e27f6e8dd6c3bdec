import type { Geometry } from '@babylonjs/core/Meshes/geometry.js';

/** Decimals that are saved: 5 µm on a real head; a five-hundredth of a texel. */
const decimals = { positions: 5, normals: 3, uvs: 5 } as const;

/** Babylon writes float32 with 17 digits; a saved head is a third as long with those that mean something. */
export function serializeLightly(geometry: Geometry): void {
  const plain = Object.getPrototypeOf(geometry) as Geometry;
  Object.defineProperty(geometry, 'serializeVerticeData', {
    value: (): unknown => {
      const written = plain.serializeVerticeData.call(geometry) as Record<string, unknown>;
      for (const [kind, digits] of Object.entries(decimals)) {
        const values = written[kind];
        if (Array.isArray(values)) {
          written[kind] = values.map((value: number) => Number(value.toFixed(digits)));
        }
      }
      return written;
    },
    configurable: true,
    enumerable: false,
  });
}
