import { NumericError, ShapeError } from '../../runtime/core/errors.js';
import type { ArkitAmounts } from '../arkitNames.js';
import { isList, isRecord, kindOf, numberOf } from '../../runtime/core/kindOf.js';
import { largestAmount } from '../vocabulary/givenAmounts.js';
import type { PoseColumn } from '../vocabulary/headAngles.js';

/** The frames as they came. */
interface GivenRows {
  readonly fps?: number;
  readonly times?: ArrayLike<number>;
  readonly names?: readonly string[];
  readonly frames: readonly unknown[];
}

/** Frames as rows of values, one a name; what is no number is left as it came. */
interface Rows {
  readonly names: readonly string[];
  readonly rows: readonly ArrayLike<number>[];
  /** Seconds, where every frame has its own. */
  readonly rowTimes: readonly number[] | null;
}

const where = 'playBlendshapeFrames';
const example = '{ fps: 30, names: ["jawOpen"], frames: [[0], [0.5]] }';

/**
 * Reads frames in each of the forms that programs write.
 * @param usual names of rows without names, by their count
 * @throws ShapeError `lipSync/frames` for what is none
 */
export function readRows(given: unknown, usual: readonly (readonly string[])[]): Rows {
  if (!isRecord(given) || !Array.isArray(given.frames)) {
    const got = isRecord(given) ? `frames as ${kindOf(given.frames)}` : kindOf(given);
    throw new ShapeError('lipSync/frames', `${where}: expected frames as ${example}, got ${got}.`);
  }
  const { frames } = given as unknown as GivenRows;
  const names = namesOf(given.names, frames, usual);
  const times: number[] = [];
  const rows = frames.map((frame, i) => {
    const time = isRecord(frame) ? numberOf(frame.time) : undefined;
    if (time !== undefined) times.push(time);
    const row = rowOf(frame, names);
    if (!row) {
      throw new ShapeError(
        'lipSync/frames',
        `${where}: frame ${i}: expected a list of ${names.length} amounts, { weights: […] } or amounts by name, got ${kindOf(frame)}.`,
      );
    }
    if (row.length !== names.length) {
      throw new ShapeError(
        'lipSync/frames',
        `${where}: frame ${i}: expected ${names.length} amounts, one a name, got ${row.length}.`,
      );
    }
    return row;
  });
  return { names, rows, rowTimes: times.length === frames.length && times.length > 0 ? times : null };
}

function namesOf(given: unknown, frames: readonly unknown[], usual: readonly (readonly string[])[]): readonly string[] {
  if (isList(given) && Array.from(given).every((name) => typeof name === 'string'))
    return Array.from(given) as string[];
  const [first] = frames;
  if (given === undefined) {
    const row = isRecord(first) && isList(first.weights) ? first.weights : first;
    if (isRecord(row)) return [...new Set(frames.flatMap((frame) => (isRecord(frame) ? Object.keys(frame) : [])))];
    const found = isList(row) ? usual.find(({ length }) => length === row.length) : undefined;
    if (found) return found;
    if (frames.length === 0) return [];
  }
  throw new ShapeError(
    'lipSync/names',
    `${where}: expected one name a column, got names as ${kindOf(given)}. Give frames as ${example}.`,
  );
}

/** Fields of a table are text; what is no number stays as it came, as its column may not be played. */
function numbersOf(row: ArrayLike<unknown>): ArrayLike<number> {
  const isText = Array.isArray(row) && row.some((value) => typeof value === 'string');
  return (isText ? row.map((value: unknown) => numberOf(value) ?? value) : row) as ArrayLike<number>;
}

function rowOf(frame: unknown, names: readonly string[]): ArrayLike<number> | null {
  if (isList(frame)) return numbersOf(frame);
  if (!isRecord(frame)) return null;
  if (isList(frame.weights)) return numbersOf(frame.weights);
  const byName = frame instanceof Map ? (Object.fromEntries(frame) as Record<string, unknown>) : frame;
  if (!names.some((name) => Object.hasOwn(byName, name))) return null;
  return names.map((name) => (Object.hasOwn(byName, name) ? (byName[name] as number) : 0));
}

/**
 * Seconds of each frame, from the first on.
 * @throws NumericError `lipSync/fps` or `lipSync/times`, ShapeError where there are not as many times as frames
 */
export function frameTimes(given: GivenRows, rowTimes: readonly number[] | null, count: number): readonly number[] {
  const times = given.times ?? rowTimes;
  if (!times) {
    const fps = numberOf(given.fps);
    if (fps === undefined || !(fps >= 0.1 && fps <= 1000)) {
      throw new NumericError(
        'lipSync/fps',
        `${where}: expected frames a second, got ${kindOf(given.fps)}. Pass 30, say.`,
      );
    }
    return Array.from({ length: count }, (_, i) => i / fps);
  }
  if (times.length !== count) {
    throw new ShapeError(
      'lipSync/times',
      `${where}: expected a time for each of ${count} frames, got ${times.length}.`,
    );
  }
  const seconds = Array.from(times, (time) => time - times[0]!);
  const wrong = seconds.findIndex(
    (time, i) => !(i === 0 ? time === 0 : time >= seconds[i - 1]!) || !Number.isFinite(time),
  );
  if (wrong >= 0) {
    throw new NumericError(
      'lipSync/times',
      `${where}: frame ${wrong}: expected rising times, got ${kindOf(times[wrong])}. Sort the frames.`,
    );
  }
  const usual = count > 1 ? seconds.at(-1)! / (count - 1) : 0;
  if (usual > 2) {
    throw new NumericError(
      'lipSync/units',
      `${where}: expected times in seconds, got frames ${usual.toPrecision(3)} apart. Divide milliseconds by 1000.`,
    );
  }
  return seconds;
}

/** What Live Link Face and others cannot reach in radians. */
const largestAngle = 3.5;

/**
 * Looks at the columns that are played, and at no other.
 * @throws NumericError `lipSync/frames` for what is no number, `lipSync/units` for percent and degrees
 */
export function checkUnits(
  rows: readonly ArrayLike<number>[],
  names: readonly string[],
  columns: {
    readonly moved: readonly (readonly [ArkitAmounts, number])[];
    readonly turned: readonly (readonly [PoseColumn, number])[];
  },
): void {
  const check = (column: number, limit: number, remedy: string): void =>
    rows.forEach((row, i) => {
      const value: unknown = row[column];
      if (typeof value !== 'number' || !Number.isFinite(value)) {
        throw new NumericError('lipSync/frames', `${where}: frame ${i}: ${names[column]!} is no number.`);
      }
      if (Math.abs(value) <= limit) return;
      throw new NumericError(
        'lipSync/units',
        `${where}: frame ${i}: ${names[column]!} is ${value}. Expected ${remedy}`,
      );
    });
  for (const [, column] of columns.moved) check(column, largestAmount, '0 to 1: divide percent by 100.');
  for (const [, column] of columns.turned) check(column, largestAngle, 'radians: divide degrees by 57.3.');
}
