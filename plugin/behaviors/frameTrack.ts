import { AssetError } from '../../runtime/core/errors.js';
import { ARKIT_NAMES, type ArkitAmounts } from '../arkitNames.js';
import { tellOnce } from '../tellOnce.js';
import { faceAmountsOf } from '../vocabulary/faceNames.js';
import { addUp, isIdleName, listUnknown } from '../vocabulary/givenAmounts.js';
import { poseColumnOf, type PoseColumn } from '../vocabulary/headAngles.js';
import type { FaceContribution } from './contribution.js';
import type { HeadPose } from './expressive.js';
import { checkUnits, frameTimes, readRows } from './frameRows.js';
import type { EyeTurn } from './gaze.js';
import type { Track } from './track.js';

/** One frame: amounts in the order of the names; the same with its time, as audio-to-face models write it; or by name. */
export type BlendshapeFrame =
  | ArrayLike<number>
  | { readonly weights: ArrayLike<number>; readonly time?: number }
  | Readonly<Record<string, number>>;

/** A recorded or generated face: a row of amounts for every frame (LAM, Audio2Face, Azure, Live Link Face). */
export interface BlendshapeFrames {
  /** Frames a second; not needed where frames have times. */
  readonly fps?: number;
  /** When each frame is, seconds from the first or on any clock, rising. Frames that were dropped are gaps. */
  readonly times?: ArrayLike<number>;
  /**
   * One name a column, of any vocabulary (see `faceAmountsOf`), or an angle (`HeadYaw`, `LeftEyePitch`: radians). Columns of
   * other names are never looked at. Default: ARKIT_NAMES where frames have 52 amounts, and Azure's 55.
   */
  readonly names?: readonly string[];
  /** [frames][names] amounts, 0..1. */
  readonly frames: readonly BlendshapeFrame[];
  /** What the file's angles count as, by the head's own (see `HeadPose`). Default: Live Link Face's, { yaw: -1, pitch: -1, roll: 1 }. */
  readonly angleSigns?: Readonly<HeadPose>;
}

/** Azure's rows have these after ARKit's 52. */
const azureNames: readonly string[] = [...ARKIT_NAMES, 'headRoll', 'leftEyeRoll', 'rightEyeRoll'];
const liveLinkSigns: HeadPose = { yaw: -1, pitch: -1, roll: 1 };

interface Columns {
  readonly moved: readonly (readonly [ArkitAmounts, number])[];
  readonly turned: readonly (readonly [PoseColumn, number])[];
}

/**
 * A face that plays frames, with what lies between two of them drawn straight.
 * @throws ShapeError, NumericError, AssetError where these are no frames of a face
 */
export function frameTrack(given: BlendshapeFrames): Track {
  const { names, rows, rowTimes } = readRows(given, [ARKIT_NAMES, azureNames]);
  const columns = columnsOf(names, rows.length);
  const times = frameTimes(given, rowTimes, rows.length);
  checkUnits(rows, names, columns);
  const rowAt = rowReader(times, rows);
  return {
    length: times.at(-1) ?? 0,
    at(time) {
      const value = rowAt(time);
      if (!value) return {};
      return Object.fromEntries(addUp(columns.moved.map(([amounts, column]) => [amounts, value(column)] as const)));
    },
    ...(columns.turned.length > 0
      ? { turnAt: (time) => turnOf(columns, rowAt(time), given.angleSigns ?? liveLinkSigns) }
      : {}),
  };
}

function columnsOf(names: readonly string[], count: number): Columns {
  const moved = new Map<string, readonly [ArkitAmounts, number]>();
  const turned: [PoseColumn, number][] = [];
  const unknown: string[] = [];
  names.forEach((name, column) => {
    const amounts = faceAmountsOf(name);
    const angle = poseColumnOf(name);
    if (angle) turned.push([angle, column]);
    else if (!amounts) unknown.push(name);
    else if (Object.keys(amounts).length > 0) {
      const key = JSON.stringify(amounts);
      const twin = moved.get(key);
      if (twin) {
        throw new AssetError(
          'lipSync/names',
          `playBlendshapeFrames: expected each expression in one column, got ${names[twin[1]]!} and ${name}. Leave one out.`,
        );
      }
      moved.set(key, [amounts, column]);
    }
  });
  const strange = unknown.filter((name) => !isIdleName(name));
  if (unknown.length === names.length && names.length > 0 && count > 0) {
    throw new AssetError(
      'lipSync/names',
      `playBlendshapeFrames: expected names of expressions, got ${listUnknown(unknown)}. Name them as ARKit does.`,
    );
  }
  if (strange.length > 0) {
    tellOnce(null, `playBlendshapeFrames: ${listUnknown(strange)}: no expression has such a name; passed over.`);
  }
  const eyes = [...moved.values()].some(([amounts]) => Object.keys(amounts).some((name) => name.startsWith('eyeLook')));
  return {
    moved: [...moved.values()],
    // Recordings have the eyes twice; the amounts are what they were made for.
    turned: turned.filter(([{ part }]) => part === 'head' || !eyes),
  };
}

type RowValue = (column: number) => number;

/** Looks for the frames around a time from where it looked last: time goes on. */
function rowReader(times: ArrayLike<number>, rows: readonly ArrayLike<number>[]): (time: number) => RowValue | null {
  let before = 0;
  return (time) => {
    if (rows.length === 0) return null;
    if (time < times[before]!) before = 0;
    while (before + 1 < rows.length && times[before + 1]! <= time) before++;
    const after = Math.min(before + 1, rows.length - 1);
    const gap = times[after]! - times[before]!;
    const share = gap > 0 ? Math.min(1, Math.max(0, (time - times[before]!) / gap)) : 0;
    const [one, other] = [rows[before]!, rows[after]!];
    return (column) => (share === 0 ? one[column]! : one[column]! + (other[column]! - one[column]!) * share);
  };
}

function turnOf(
  { turned }: Columns,
  value: RowValue | null,
  signs: Readonly<HeadPose>,
): Pick<FaceContribution, 'pose' | 'gaze'> {
  if (!value) return {};
  const pose: Partial<HeadPose> = {};
  const eyes: { left: EyeTurn; right: EyeTurn } = { left: { yaw: 0, pitch: 0 }, right: { yaw: 0, pitch: 0 } };
  let looks = false;
  for (const [{ part, angle }, column] of turned) {
    const turn = signs[angle] * value(column);
    if (part === 'head') pose[angle] = turn;
    else if (angle !== 'roll') {
      looks = true;
      eyes[part] = { ...eyes[part], [angle]: turn };
    }
  }
  return { pose, ...(looks ? { gaze: eyes } : {}) };
}
