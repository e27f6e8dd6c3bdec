import { decode as decodePng } from 'fast-png';
import jpeg from 'jpeg-js';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { FittedView } from '../../../../personalize/photos/cameras/view.js';
import type { Square } from '../../../../personalize/photos/faces/faceNets.js';
import { parseLabels, type Label } from '../../../../personalize/photos/labels.js';
import type { Bitmap } from '../../../../runtime/core/bitmap.js';
import { mulberry, normal } from './random.js';

/** A photo as a phone would have taken it of a person whose camera and outline are known. */
export interface RawPhoto {
  /** E.g. `A-03.jpg`. */
  readonly name: string;
  readonly person: string;
  /** JPEG, quality 88. */
  readonly bytes: Uint8Array;
  readonly width: number;
  readonly height: number;
  readonly truth: RawTruth;
}

export interface RawTruth {
  /** In the raw photo; holds the photo's roll, which the camera of the label has only in part. `error` is 0. */
  readonly view: FittedView;
  /** The prepared photo's square in the raw photo. */
  readonly square: Square;
  /** [256, 256] 0..255 over `square`: coverage of head, hair, glasses and shirt. */
  readonly mask: Uint8Array;
}

/** Side of a prepared photo. */
export const preparedSide = 256;

/** Twelve views each of three invented people (test data of the project, made from CC0 sources; no real person). */
export const rawPeople: readonly string[] = ['A', 'B', 'C'];

const smallCopies = resolve('test/personalize/photos/raw/people');

/**
 * Turns a person's prepared photos into raw ones, the same for the same seed: enlarged .8 to 2.4 times, rolled (sd 12
 * degrees), moved, before a background of soft colours of 900 to 1,400 pixels, exposure .75 to 1.25.
 * A prepared pixel q lies at center + side / 256 * R(angle) (q - 128).
 * @param folder of prepared photos; default: the project's small copy. `RAW_PEOPLE` of the environment names a folder with
 *   whole sets, for longer runs.
 */
export function* rawPhotos(person: string, seed = 1, folder = peopleFolder()): Generator<RawPhoto> {
  const random = mulberry(seed * 1000 + person.charCodeAt(0));
  for (const label of preparedLabels(join(folder, person))) yield rawPhoto(join(folder, person), person, label, random);
}

const peopleFolder = (): string => process.env.RAW_PEOPLE ?? smallCopies;

function preparedLabels(folder: string): readonly Label[] {
  const { labels } = parseLabels(readFileSync(join(folder, 'dataset.json'), 'utf8'));
  return labels.filter(({ name }) => !name.startsWith('twin/'));
}

function rawPhoto(folder: string, person: string, label: Label, random: () => number): RawPhoto {
  const prepared = jpeg.decode(readFileSync(join(folder, label.name)), { useTArray: true });
  const mask = readMask(folder, label.name);
  const [width, height] = [900 + Math.floor(random() * 500), 700 + Math.floor(random() * 500)];
  const zoom = 0.8 + 1.6 * random();
  const angle = (normal(random) * 12 * Math.PI) / 180;
  const [cx, cy] = [width * (0.3 + 0.4 * random()), height * (0.35 + 0.3 * random())];
  const square: Square = { cx, cy, side: preparedSide * zoom, angle };
  const data = background(width, height, random);
  paste({ width, height, data }, square, prepared.data, mask, 0.75 + 0.5 * random());
  return {
    name: `${person}-${label.name.replace('/', '-')}`,
    person,
    bytes: new Uint8Array(jpeg.encode({ width, height, data }, 88).data),
    width,
    height,
    truth: { view: viewOf(label, square), square, mask },
  };
}

/** Beside the photo in the small copies, in `masks/` as a whole set has it. */
function readMask(folder: string, name: string): Uint8Array {
  const file = name.replace(/\.jpg$/, '.png');
  const beside = join(folder, file);
  const { data, channels } = decodePng(readFileSync(existsSync(beside) ? beside : join(folder, 'masks', file)));
  return Uint8Array.from({ length: preparedSide ** 2 }, (_, i) => data[i * channels]!);
}

/** Colours on a coarse grid, bilinear between. */
function background(width: number, height: number, random: () => number): Uint8Array {
  const [columns, rows] = [8, 6];
  const grid = Float32Array.from({ length: 3 * columns * rows }, () => 40 + 180 * random());
  const wide = new Float32Array(3 * width * rows);
  for (let j = 0; j < rows; j++) {
    for (let x = 0; x < width; x++) {
      const u = (x / width) * (columns - 1.001);
      const [i, f] = [Math.floor(u), u % 1];
      for (let c = 0; c < 3; c++) {
        const at = 3 * (j * columns + i) + c;
        wide[3 * (j * width + x) + c] = (1 - f) * grid[at]! + f * grid[at + 3]!;
      }
    }
  }
  const data = new Uint8Array(4 * width * height).fill(255);
  for (let y = 0; y < height; y++) {
    const v = (y / height) * (rows - 1.001);
    const [j, f] = [Math.floor(v), v % 1];
    for (let x = 0; x < width; x++) {
      const [to, at] = [4 * (y * width + x), 3 * (j * width + x)];
      for (let c = 0; c < 3; c++) data[to + c] = (1 - f) * wide[at + c]! + f * wide[at + 3 * width + c]!;
    }
  }
  return data;
}

function paste(raw: Bitmap, square: Square, prepared: Uint8Array, mask: Uint8Array, exposure: number): void {
  const { width, height, data } = raw;
  const [cos, sin] = [Math.cos(square.angle), Math.sin(square.angle)];
  const zoom = square.side / preparedSide;
  const reach = square.side * 0.72;
  const end = preparedSide - 1;
  for (let y = Math.max(0, Math.floor(square.cy - reach)); y < Math.min(height, square.cy + reach); y++) {
    for (let x = Math.max(0, Math.floor(square.cx - reach)); x < Math.min(width, square.cx + reach); x++) {
      const dx = x + 0.5 - square.cx;
      const dy = y + 0.5 - square.cy;
      const u = (cos * dx + sin * dy) / zoom + preparedSide / 2 - 0.5;
      const v = (cos * dy - sin * dx) / zoom + preparedSide / 2 - 0.5;
      if (u < 0 || v < 0 || u >= end || v >= end) continue;
      const i = Math.floor(u);
      const j = Math.floor(v);
      const [a, b] = [u - i, v - j];
      const weights = [(1 - a) * (1 - b), a * (1 - b), (1 - a) * b, a * b];
      const at = j * preparedSide + i;
      const around = [at, at + 1, at + preparedSide, at + preparedSide + 1];
      let coverage = 0;
      for (let k = 0; k < 4; k++) coverage += (weights[k]! * mask[around[k]!]!) / 255;
      if (coverage === 0) continue;
      for (let c = 0; c < 3; c++) {
        let color = 0;
        for (let k = 0; k < 4; k++) color += weights[k]! * prepared[4 * around[k]! + c]!;
        const to = 4 * (y * width + x) + c;
        data[to] = Math.min(255, data[to]! * (1 - coverage) + coverage * color * exposure);
      }
    }
  }
}

/** The label's camera turned by the raw photo's roll: x right and y down turn by `angle`. */
function viewOf({ camera: { cam2world } }: Label, square: Square): FittedView {
  const row = (axis: number): number[] => [cam2world[axis]!, cam2world[4 + axis]!, cam2world[8 + axis]!];
  const [right, down, forward] = [row(0), row(1), row(2)];
  const [cos, sin] = [Math.cos(square.angle), Math.sin(square.angle)];
  const rotation = [
    ...right.map((value, i) => cos * value - sin * down[i]!),
    ...right.map((value, i) => sin * value + cos * down[i]!),
    ...forward,
  ] as unknown as FittedView['rotation'];
  const distance = Math.hypot(cam2world[3]!, cam2world[7]!, cam2world[11]!);
  return { rotation, distance, side: square.side, center: [square.cx, square.cy], error: 0 };
}
