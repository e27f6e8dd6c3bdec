import sharp, { type Sharp } from 'sharp';

export type Color = readonly [number, number, number];

/** Colours of a drawn photo's quarters as one sees it: upper left, upper right, lower left, lower right. */
export const quarters: readonly [Color, Color, Color, Color] = [
  [200, 60, 50],
  [60, 180, 70],
  [50, 70, 190],
  [220, 200, 60],
];

export const upright = { width: 40, height: 24 } as const;

const quarterAt = (x: number, y: number): Color =>
  quarters[(y < upright.height / 2 ? 0 : 2) + (x < upright.width / 2 ? 0 : 1)]!;

/** Where EXIF's orientations 1 to 8 say that the stored picture's first row and first column are seen. */
const seenAt = [
  ['top', 'left'],
  ['top', 'right'],
  ['bottom', 'right'],
  ['bottom', 'left'],
  ['left', 'top'],
  ['right', 'top'],
  ['right', 'bottom'],
  ['left', 'bottom'],
] as const;

/** The upright quarters as a camera would store them, with the orientation beside them. */
export function storedQuarters(orientation: number): Sharp {
  const [firstRow, firstColumn] = seenAt[orientation - 1]!;
  const isSideways = firstRow === 'left' || firstRow === 'right';
  const [width, height] = isSideways ? [upright.height, upright.width] : [upright.width, upright.height];
  const data = new Uint8Array(3 * width * height);
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      let [x, y] = [0, 0];
      for (const [edge, steps] of [
        [firstRow, row],
        [firstColumn, column],
      ] as const) {
        if (edge === 'top') y = steps;
        if (edge === 'bottom') y = upright.height - 1 - steps;
        if (edge === 'left') x = steps;
        if (edge === 'right') x = upright.width - 1 - steps;
      }
      data.set(quarterAt(x, y), 3 * (row * width + column));
    }
  }
  return sharp(data, { raw: { width, height, channels: 3 } }).withMetadata({ orientation });
}

/** Mean colours of the quarters of what was decoded, from well inside them. */
export function seenQuarters({ width, height, data }: { width: number; height: number; data: Uint8Array }): number[][] {
  return [
    [0, 0],
    [1, 0],
    [0, 1],
    [1, 1],
  ].map(([right, low]) => {
    const [x, y] = [Math.floor((width * (1 + 2 * right!)) / 4), Math.floor((height * (1 + 2 * low!)) / 4)];
    return Array.from(data.subarray(4 * (y * width + x), 4 * (y * width + x) + 3));
  });
}

/** Largest difference of a channel between two lists of colours. */
export function largestDifference(a: readonly (readonly number[])[], b: readonly (readonly number[])[]): number {
  return Math.max(...a.flatMap((color, i) => color.map((value, c) => Math.abs(value - b[i]![c]!))));
}

export const bytesOf = async (photo: Sharp): Promise<Uint8Array> => new Uint8Array(await photo.toBuffer());
