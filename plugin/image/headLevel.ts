/** Voxels along an axis of the volumes that heads are baked into, from near to far. */
export const levelSides = [128, 96, 64] as const;

/** A volume's voxels along an axis. */
export type LevelSide = (typeof levelSides)[number];

/** A head so many times larger than its volume, pixels by voxels, needs the next larger one. */
const pixelsPerVoxel = 5 / 3;
/** Who has a larger volume keeps it down to this share of the size that it needs it for. */
const keepShare = 0.8;
/** The same for its place among the heads of a scene. */
const keepFavour = 1.25;

const least = levelSides[levelSides.length - 1]!;

/**
 * The volume that a head of this size on the screen needs.
 * @param pixels side of its picture on the largest screen
 * @param before what it has; undefined: none
 */
export function levelFor(pixels: number, before?: LevelSide): LevelSide {
  const enough = (side: LevelSide): boolean => {
    const keeps = before !== undefined && before > side ? keepShare : 1;
    return pixels <= pixelsPerVoxel * keeps * side;
  };
  return [...levelSides].reverse().find(enough) ?? levelSides[0];
}

/** A head that wants a share of the voxels. */
export interface LevelTaker {
  /** Pixels on the largest screen. */
  readonly size: number;
  /** What it has. */
  readonly level: LevelSide;
}

/**
 * Shares voxels among heads: the largest on screen get what they need first, as far as all others still get the least.
 * @param maxVoxels of all volumes together; nobody gets less than the least for it
 * @returns a level for every head, in their order
 */
export function shareLevels(heads: readonly LevelTaker[], maxVoxels: number): LevelSide[] {
  const levels = heads.map((): LevelSide => least);
  const order = heads
    .map(({ size, level }, i) => ({
      i,
      wanted: levelFor(size, level),
      weight: size * (level > least ? keepFavour : 1),
    }))
    .sort((a, b) => b.weight - a.weight);
  let left = maxVoxels - heads.length * least ** 3;
  for (const { i, wanted } of order) {
    const side = levelSides.find((it) => it <= wanted && it ** 3 - least ** 3 <= left) ?? least;
    levels[i] = side;
    left -= side ** 3 - least ** 3;
  }
  return levels;
}
