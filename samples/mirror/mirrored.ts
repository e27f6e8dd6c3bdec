import type { TrackedFace } from '../../personalize/index.js';

/** `mouthSmileLeft` and `mouthSmileRight` change places. */
const otherSide = (name: string): string =>
  name.replace(/(Left|Right)$/, (side) => (side === 'Left' ? 'Right' : 'Left'));

/** The face as its mirror image shows it: the user's left is on the left. */
export function mirrored({ amounts, turn, error }: TrackedFace): TrackedFace {
  return {
    amounts: Object.fromEntries(Object.entries(amounts).map(([name, amount]) => [otherSide(name), amount])),
    turn: { yaw: -turn.yaw, pitch: turn.pitch, roll: -turn.roll },
    error,
  };
}
