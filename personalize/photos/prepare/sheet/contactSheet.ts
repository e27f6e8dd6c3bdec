import type { Camera } from '../../../../runtime/camera/camera.js';
import type { Bitmap } from '../../../../runtime/core/bitmap.js';
import type { Photo } from '../../photo.js';
import type { PhotoCard, PreparedPhotos } from '../preparedPhotos.js';
import type { PhotoReport } from '../report.js';
import { drawText, letterHeight, letterWidth } from './bitmapFont.js';

type Color = readonly [number, number, number];

const cell = { side: 160, text: 3 * (letterHeight + 3) + 3, gap: 4 };
const columns = 10;
const white: Color = [255, 255, 255];
const refused: Color = [220, 40, 40];
const doubtful: Color = [230, 150, 20];
const good: Color = [40, 150, 60];
const grey: Color = [110, 110, 110];
/** Where the matte ends. */
const behind: Color = [40, 200, 40];
/** The head's axes: to its left, up, forward; world units, from between the eyes. */
const axes: readonly (readonly [readonly [number, number, number], Color])[] = [
  [
    [0.12, 0, 0.1],
    [230, 30, 30],
  ],
  [
    [0, 0.12, 0.1],
    [30, 200, 30],
  ],
  [
    [0, 0, 0.26],
    [50, 90, 255],
  ],
];
const axesFrom = [0, 0, 0.1] as const;

/**
 * All photos at one look: those kept, cut out, with the head's axes (red: its left, green: up, blue: forward) and the matte
 * over green; then those left out with why.
 * @param cards of the photos, for those left out
 */
export function contactSheet({ photos, report }: PreparedPhotos, cards: ReadonlyMap<string, PhotoCard>): Bitmap {
  const byName = new Map(photos.map((photo) => [photo.name, photo]));
  const kept = report.photos.filter((photo) => photo.image !== null);
  const left = report.photos.filter((photo) => photo.image === null);
  const keptRows = Math.ceil(kept.length / columns);
  const rowHeight = cell.side + cell.text + cell.gap;
  const canvas = new Canvas(
    columns * (cell.side + cell.gap) + cell.gap,
    cell.gap + keptRows * (rowHeight + cell.side) + Math.ceil(left.length / columns) * rowHeight,
  );
  kept.forEach((photo, i) => {
    const shown = byName.get(photo.image!)!;
    const [x, y] = [placeOf(i), cell.gap + Math.floor(i / columns) * (rowHeight + cell.side)];
    canvas.fill(x, y, cell.side, (u, v) => colorAt(shown, u, v, false));
    canvas.fill(x, y + cell.side, cell.side, (u, v) => colorAt(shown, u, v, true));
    drawAxes(canvas, shown.camera, x, y);
    caption(canvas, photo, x, y + 2 * cell.side);
  });
  left.forEach((photo, i) => {
    const [x, y] = [placeOf(i), cell.gap + keptRows * (rowHeight + cell.side) + Math.floor(i / columns) * rowHeight];
    const thumbnail = cards.get(photo.file)?.thumbnail;
    if (thumbnail) canvas.fill(x, y, cell.side, (u, v) => pictureAt(thumbnail, u, v));
    caption(canvas, photo, x, y + cell.side);
  });
  return canvas.picture;
}

const placeOf = (i: number): number => cell.gap + (i % columns) * (cell.side + cell.gap);

function caption(canvas: Canvas, photo: PhotoReport, x: number, y: number): void {
  const letters = Math.floor(cell.side / (letterWidth + 1));
  const file = photo.file.slice(photo.file.lastIndexOf('/') + 1);
  const degrees = (value: number): string => `${Math.round(value)}°`;
  const angles = photo.yaw === null ? '' : `Y${degrees(photo.yaw)} P${degrees(photo.pitch!)}`;
  const name = photo.image?.replace(/\.png$/, '').replace('train/', '') ?? 'left out';
  const line = (i: number): number => y + 3 + i * (letterHeight + 3);
  canvas.text(file.length > letters ? `${file.slice(0, letters - 3)}...` : file, x, line(0), grey);
  canvas.text(`${name} ${angles}`, x, line(1), photo.kept ? good : refused);
  canvas.text(
    photo.reasons
      .map(({ code }) => code)
      .join(' ')
      .slice(0, letters),
    x,
    line(2),
    photo.kept ? doubtful : refused,
  );
}

function colorAt({ image, mask }: Photo, u: number, v: number, masked: boolean): Color {
  const side = image.dims[1]!;
  const at = Math.floor(v * side) * side + Math.floor(u * side);
  const alpha = masked && mask ? mask.data[at]! : 1;
  return [0, 1, 2].map(
    (c) => alpha * (image.data[c * side * side + at]! + 1) * 127.5 + (1 - alpha) * behind[c]!,
  ) as unknown as Color;
}

function pictureAt({ width, height, data }: Bitmap, u: number, v: number): Color {
  const at = 4 * (Math.floor(v * height) * width + Math.floor(u * width));
  return [data[at]!, data[at + 1]!, data[at + 2]!];
}

function drawAxes(canvas: Canvas, camera: Camera, x: number, y: number): void {
  const place = (point: readonly [number, number, number]): readonly [number, number] => {
    const [u, v] = project(camera, point);
    return [x + u * cell.side, y + v * cell.side];
  };
  for (const [to, color] of axes) canvas.line(place(axesFrom), place(to), color);
}

/** Where a camera sees a point, in sides of its image. */
function project(
  { cam2world: m, intrinsics: k }: Camera,
  point: readonly [number, number, number],
): readonly [number, number] {
  const from = point.map((value, i) => value - m[4 * i + 3]!);
  const [px, py, pz] = [0, 1, 2].map((axis) => from.reduce((sum, value, i) => sum + value * m[4 * i + axis]!, 0));
  return [k[2]! + (k[0]! * px!) / pz!, k[5]! + (k[4]! * py!) / pz!];
}

/** White paper. */
class Canvas {
  readonly picture: Bitmap;

  constructor(width: number, height: number) {
    this.picture = { width, height, data: new Uint8Array(4 * width * height).fill(255) };
  }

  /** @param color at 0..1 of a square, of its pixels' middles */
  fill(x: number, y: number, side: number, color: (u: number, v: number) => Color): void {
    for (let row = 0; row < side; row++) {
      for (let column = 0; column < side; column++) {
        this._set(x + column, y + row, color((column + 0.5) / side, (row + 0.5) / side));
      }
    }
  }

  text(text: string, x: number, y: number, color: Color): void {
    drawText(text, (column, row) => this._set(x + column, y + row, color));
  }

  line([ax, ay]: readonly [number, number], [bx, by]: readonly [number, number], color: Color): void {
    const steps = Math.ceil(Math.max(Math.abs(bx - ax), Math.abs(by - ay), 1));
    for (let i = 0; i <= steps; i++) {
      const [px, py] = [Math.round(ax + ((bx - ax) * i) / steps), Math.round(ay + ((by - ay) * i) / steps)];
      this._set(px, py, color);
      this._set(px + 1, py, color);
    }
    this._set(Math.round(ax), Math.round(ay), white);
  }

  private _set(x: number, y: number, color: Color): void {
    const { width, height, data } = this.picture;
    if (x >= 0 && y >= 0 && x < width && y < height) data.set(color, 4 * (y * width + x));
  }
}
