import { NumericError, ShapeError } from '../../runtime/core/errors.js';
import { arkitNameOf, type ArkitName } from '../arkitNames.js';
import type { Track } from './track.js';

/** A recorded or generated face: a row of amounts for every frame (LAM, Audio2Face, Azure, Live Link Face). */
export interface BlendshapeFrames {
  /** Frames a second. */
  readonly fps: number;
  /** One name a column, in any spelling of ARKit's names; columns of other names are passed over. */
  readonly names: readonly string[];
  /** [frames][names] amounts, 0..1. */
  readonly frames: readonly (readonly number[])[];
}

/**
 * A face that plays frames, with what lies between two of them drawn straight.
 * @throws ShapeError, NumericError where these are no frames
 */
export function frameTrack({ fps, names, frames }: BlendshapeFrames): Track {
  if (!(fps > 0 && Number.isFinite(fps))) {
    throw new NumericError('lipSync/fps', `playBlendshapeFrames: expected frames a second, got ${fps}.`);
  }
  const columns = names.flatMap((name, column): (readonly [ArkitName, number])[] => {
    const known = arkitNameOf(name);
    return known ? [[known, column]] : [];
  });
  frames.forEach((row, i) => {
    if (row.length !== names.length) {
      throw new ShapeError(
        'lipSync/frames',
        `playBlendshapeFrames: frame ${i}: expected ${names.length} amounts, one a name, got ${row.length}.`,
      );
    }
    const bad = row.findIndex((amount) => !Number.isFinite(amount));
    if (bad >= 0) {
      throw new NumericError('lipSync/frames', `playBlendshapeFrames: frame ${i}: ${names[bad]!} is no number.`);
    }
  });
  const last = frames.length - 1;
  return {
    length: Math.max(0, last / fps),
    at(time) {
      const place = Math.min(Math.max(0, time * fps), Math.max(0, last));
      const before = frames[Math.floor(place)];
      const after = frames[Math.min(Math.ceil(place), last)];
      if (!before || !after) return {};
      const share = place - Math.floor(place);
      const amounts = columns.map(([name, c]) => [name, before[c]! + (after[c]! - before[c]!) * share] as const);
      return Object.fromEntries(amounts);
    },
  };
}
