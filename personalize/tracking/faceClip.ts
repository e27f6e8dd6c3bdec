import { NumericError, ShapeError } from '../../runtime/core/errors.js';
import type { TrackedFace } from './faceTracker.js';
import { expectGiven } from '../../runtime/core/given.js';

/** A recorded face, as `playBlendshapeFrames` and `faceClipAnimationGroup` of the plugin take it. */
export interface FaceClip {
  readonly format: 'personalized-head/face-clip';
  readonly version: '1';
  /** Frames a second. */
  readonly fps: number;
  /** ARKit's, one a column. */
  readonly names: readonly string[];
  /** Amounts, 0..1: [frames][names] */
  readonly frames: readonly (readonly number[])[];
  /** Yaw, pitch, roll of the head, radians, as `HeadTurn`: [frames][3] */
  readonly turns: readonly (readonly number[])[];
}

/** A face at a time. */
export interface RecordedFace {
  /** Seconds. */
  readonly time: number;
  readonly face: TrackedFace;
}

/** Numbers of a file: a thousandth of an amount, a twentieth of a degree. */
const rounded = (value: number): number => Math.round(value * 1000) / 1000 + 0;

/**
 * A clip of faces that came at any times; between two of them it is drawn straight. Columns in which nothing happens are
 * left out.
 * @param faces in the order of their times
 * @throws ShapeError without a face, NumericError for a rate that is none
 */
export function faceClip(faces: readonly RecordedFace[], fps: number): FaceClip {
  expectGiven('faceClip', 'faces', faces);
  const [first, last] = [faces[0], faces.at(-1)];
  if (!first || !last) throw new ShapeError('track/frames', 'faceClip: expected one face at least, got none.');
  if (!(fps > 0 && Number.isFinite(fps))) {
    throw new NumericError('track/fps', `faceClip: expected frames a second, got ${fps}.`);
  }
  const known = Object.keys(first.face.amounts);
  const rows: number[][] = [];
  const turns: number[][] = [];
  let at = 0;
  const count = Math.round((last.time - first.time) * fps) + 1;
  for (let frame = 0; frame < count; frame++) {
    const time = first.time + frame / fps;
    while (at + 2 < faces.length && faces[at + 1]!.time <= time) at++;
    const [before, after] = [faces[at]!, faces[Math.min(at + 1, faces.length - 1)]!];
    const length = after.time - before.time;
    const share = length > 0 ? Math.min(1, Math.max(0, (time - before.time) / length)) : 0;
    const between = (a: number, b: number): number => rounded(a + share * (b - a));
    rows.push(known.map((name) => between(before.face.amounts[name]!, after.face.amounts[name]!)));
    const [from, to] = [before.face.turn, after.face.turn];
    turns.push([between(from.yaw, to.yaw), between(from.pitch, to.pitch), between(from.roll, to.roll)]);
  }
  const columns = known.map((_, column) => column).filter((column) => rows.some((row) => row[column] !== 0));
  return {
    format: 'personalized-head/face-clip',
    version: '1',
    fps,
    names: columns.map((column) => known[column]!),
    frames: rows.map((row) => columns.map((column) => row[column]!)),
    turns,
  };
}
