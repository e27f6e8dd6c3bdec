/** Pixels less likely than this part no two regions. */
const least = 0.35;

/**
 * Sets to 0 what hangs together with no part of the face: other people, and pictures on the wall.
 * @param matte [side, side], 0..1; is changed
 * @param seeds indices of pixels in the face
 */
export function keepComponent(matte: Float32Array, side: number, seeds: Iterable<number>): void {
  const inside = new Uint8Array(matte.length);
  const open = [...seeds];
  while (open.length > 0) {
    const i = open.pop()!;
    if (inside[i] === 1 || matte[i]! < least) continue;
    inside[i] = 1;
    const x = i % side;
    if (x > 0) open.push(i - 1);
    if (x < side - 1) open.push(i + 1);
    if (i >= side) open.push(i - side);
    if (i < matte.length - side) open.push(i + side);
  }
  for (let i = 0; i < matte.length; i++) if (inside[i] === 0) matte[i] = 0;
}
