import { AssetError } from '../core/errors.js';

/** A field of displacements of which few are not zero. */
export interface PackedMorph {
  /** `[ceil(V / 8)]`: bits of the vertices that move, lowest first */
  readonly mask: Uint8Array;
  /** [n, 3] */
  readonly moved: Int8Array;
  /** What 127 is, world units. */
  readonly scale: number;
}

/** A hundredth of a millimetre on a real head; smaller displacements are zero. World units. */
const smallest = 1e-5;

/** @param displacements [V, 3] */
export function packMorph(displacements: Float32Array): PackedMorph & { readonly mask: Uint8Array<ArrayBuffer> } {
  const largest = displacements.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  // Float32, as it is stored, so that packing what was unpacked changes nothing.
  const scale = Math.fround(Math.max(largest, smallest));
  const mask = new Uint8Array(Math.ceil(displacements.length / 24));
  const moved: number[] = [];
  for (let v = 0; v < displacements.length / 3; v++) {
    const row = [0, 1, 2].map((axis) => Math.round((displacements[v * 3 + axis]! / scale) * 127));
    if (row.every((value) => value === 0)) continue;
    mask[v >> 3]! |= 1 << (v & 7);
    moved.push(...row);
  }
  return { mask, moved: Int8Array.from(moved), scale };
}

/**
 * @param vertices V
 * @returns displacements [V, 3]
 * @throws AssetError where mask and values do not belong together
 */
export function unpackMorph(
  name: string,
  {
    mask,
    moved,
    scale,
  }: { readonly mask: ArrayLike<number>; readonly moved: ArrayLike<number>; readonly scale: number },
  vertices: number,
): Float32Array {
  const displacements = new Float32Array(vertices * 3);
  let at = 0;
  for (let v = 0; v < mask.length * 8; v++) {
    if (((mask[v >> 3]! >> (v & 7)) & 1) === 0) continue;
    if (v < vertices)
      for (let axis = 0; axis < 3; axis++) displacements[v * 3 + axis] = (moved[at + axis]! / 127) * scale;
    at += 3;
    if (v >= vertices) at = NaN;
  }
  if (mask.length !== Math.ceil(vertices / 8) || at !== moved.length || !(scale > 0)) {
    throw new AssetError(
      'asset/proxy',
      `proxy: expected morph ${name} to move some of ${vertices} vertices, got a mask of ${mask.length} bytes for ` +
        `${moved.length / 3} displacements of scale ${scale}. The file is damaged; copy or make it again.`,
    );
  }
  return displacements;
}
