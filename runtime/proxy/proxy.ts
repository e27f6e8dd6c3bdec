/**
 * A base's head as an ordinary mesh, for everything that cannot march rays: picking, shadows, saving, distance, WebGL.
 * Space is EG3D's: right-handed, y up, the face towards +z, world units around the origin.
 */
export interface HeadProxy {
  /** Hash of the base it was made from. */
  readonly baseHash: string;
  /** [V, 3]; vertices on the seam at the back are there twice */
  readonly positions: Float32Array;
  /** [V, 3], unit length */
  readonly normals: Float32Array;
  /** [V, 2], (0, 0) the texture's upper left corner, as in glTF; u passes 1 on the seam, where the texture repeats */
  readonly uvs: Float32Array;
  /** [T, 3], counter-clockwise from outside */
  readonly indices: Uint32Array;
  /** A square PNG, opaque, sRGB, the face in its middle. */
  readonly texture: Uint8Array<ArrayBuffer>;
  /** Displacements at amount 1 by expression, under the directions' (ARKit's) names: [V, 3] each. */
  readonly morphs: ReadonlyMap<string, Float32Array>;
}
