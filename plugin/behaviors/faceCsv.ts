import { NumericError, ShapeError } from '../../runtime/core/errors.js';
import { numbersOf } from '../options.js';
import { faceAmountsOf } from '../vocabulary/faceNames.js';
import { kindOf, numberOf } from '../../runtime/core/kindOf.js';
import { poseColumnOf } from '../vocabulary/headAngles.js';
import type { BlendshapeFrames } from './frameTrack.js';

const where = 'framesOfFaceCsv';
const daySeconds = 86_400;
/** Bytes and rows beyond which a table is none: ten hours at 60 a second. */
const longestText = 1e9;
const mostRows = 2_200_000;

const fail = (code: string, message: string): never => {
  throw new ShapeError(`lipSync/${code}`, `${where}: ${message}`);
};

/** A line's fields; commas, semicolons or tabs part them, quotes may stand around them. */
const fieldsOf = (line: string, separator: string): string[] =>
  line.split(separator).map((field) => field.trim().replace(/^"(.*)"$/, '$1'));

/**
 * Reads a face that was recorded as a table: Live Link Face's CSV, or any with a row of names and one row a frame. Its
 * `Timecode` (HH:MM:SS:FF.fff), or a column of seconds named `time`, says when each frame is: frames that were dropped are
 * gaps, and a recording may go past midnight. Angles of head and eyes (`HeadYaw`, `LeftEyePitch`: radians) are played too.
 * @param csv the file's text or bytes
 * @param options `timecodeRate`: frames a second that the time code counts; Live Link Face's is 60, the default
 * @returns frames for `playBlendshapeFrames`
 * @throws ShapeError `lipSync/csv` for what is no such table, NumericError `lipSync/times` for times that go back
 */
export function framesOfFaceCsv(
  csv: string | ArrayBuffer | ArrayBufferView,
  options: { readonly timecodeRate?: number } = {},
): BlendshapeFrames {
  const { timecodeRate } = numbersOf(where, { timecodeRate: 60 }, options);
  const text = textOf(csv).replace(/^\uFEFF/, '');
  const lines = text.split(/\r\n|\n|\r/).filter((line) => line.trim() !== '');
  const head = lines[0] ?? '';
  const separator = [',', ';', '\t'].reduce((best, one) =>
    head.split(one).length > head.split(best).length ? one : best,
  );
  const names = fieldsOf(head, separator);
  const isPlayed = (name: string): boolean => faceAmountsOf(name) !== undefined || poseColumnOf(name) !== undefined;
  const columns = names.flatMap((name, column) => (isPlayed(name) ? [column] : []));
  if (columns.length === 0) {
    fail(
      'csv',
      `expected a table whose first row names expressions, got ${head === '' ? 'nothing' : `"${head.slice(0, 60)}"`}.`,
    );
  }
  if (lines.length - 1 > mostRows) fail('csv', `expected at most ${mostRows} frames, got ${lines.length - 1}.`);
  if (!(timecodeRate >= 1 && timecodeRate <= 1000)) {
    throw new NumericError(
      'lipSync/fps',
      `${where}: expected timecodeRate as frames a second, got ${kindOf(timecodeRate)}.`,
    );
  }
  const timeColumn = names.findIndex((name) => /^time(code)?$/i.test(name.replace(/[^a-z]/gi, '')));
  const times: number[] = [];
  const frames = lines.slice(1).map((line, i) => {
    const fields = fieldsOf(line, separator);
    if (fields.length !== names.length) {
      fail(
        'csv',
        `line ${i + 2}: expected ${names.length} fields as in the first line, got ${fields.length}. Export the recording again.`,
      );
    }
    if (timeColumn >= 0) times.push(secondsOf(fields[timeColumn]!, timecodeRate, i + 2));
    return columns.map((column) => {
      const value = numberOf(separator === ';' ? fields[column]!.replace(',', '.') : fields[column]);
      return (
        value ??
        fail('csv', `line ${i + 2}: ${names[column]!}: expected a number, got "${fields[column]!.slice(0, 20)}".`)
      );
    });
  });
  return {
    ...(times.length > 0 ? { times: rising(times) } : { fps: timecodeRate }),
    names: columns.map((column) => names[column]!),
    frames,
  };
}

function textOf(csv: unknown): string {
  if (typeof csv === 'string' && csv.length <= longestText) return csv;
  if (csv instanceof ArrayBuffer || ArrayBuffer.isView(csv)) {
    if (csv.byteLength <= longestText) return new TextDecoder().decode(csv);
  }
  return fail(
    'csv',
    `expected a table as text or bytes, got ${typeof csv === 'string' ? 'a text of a gigabyte' : kindOf(csv)}.`,
  );
}

/** `10:00:00:02.100` with 60 frames a second: 36000.035; or seconds as they are. */
function secondsOf(field: string, rate: number, line: number): number {
  const plain = numberOf(field);
  if (plain !== undefined) return plain;
  const found = /^(\d{1,2}):(\d{1,2}):(\d{1,2})(?:[:;](\d{1,4}(?:\.\d+)?))?$/.exec(field);
  if (!found) {
    return fail('csv', `line ${line}: expected a time code such as 10:00:00:02.100, got "${field.slice(0, 20)}".`);
  }
  const [, hours, minutes, seconds, frames = '0'] = found;
  return 3600 * Number(hours) + 60 * Number(minutes) + Number(seconds) + Number(frames) / rate;
}

/** Seconds from the first frame; a day is added past midnight. */
function rising(times: readonly number[]): number[] {
  let days = 0;
  return times.map((time, i) => {
    if (i > 0 && time < times[i - 1]! - daySeconds / 2) days += daySeconds;
    return time + days - times[0]!;
  });
}
