import { deflateSync } from 'node:zlib';
import { concatenated, paeth, type PngChunk, writePngChunks } from 'babylon-personalized-head/command';
import { type Bitmap, ShapeError } from 'babylon-personalized-head/runtime';

const bytesPerPixel = 4;

function uint32(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(4 * values.length);
  values.forEach((value, i) => bytes.writeUInt32BE(value, 4 * i));
  return bytes;
}

/** What each filter type 0..4 subtracts from a byte (PNG, 9.2): none, left, above, their mean, Paeth's. */
const predictors: readonly ((left: number, above: number, aboveLeft: number) => number)[] = [
  () => 0,
  (left) => left,
  (_left, above) => above,
  (left, above) => (left + above) >> 1,
  paeth,
];

/** Every row with the filter whose differences are smallest in sum (PNG, 12.7), compressed. */
function compress({ width, height, data }: Bitmap): Buffer {
  const stride = width * bytesPerPixel;
  const rows = new Uint8Array(height * (stride + 1));
  const candidate = new Uint8Array(stride);
  for (let y = 0; y < height; y++) {
    const [from, to] = [y * stride, y * (stride + 1)];
    let smallest = Infinity;
    for (const [type, predict] of predictors.entries()) {
      let sum = 0;
      for (let i = 0; i < stride; i++) {
        const left = i < bytesPerPixel ? 0 : data[from + i - bytesPerPixel]!;
        const above = y === 0 ? 0 : data[from + i - stride]!;
        const aboveLeft = i < bytesPerPixel || y === 0 ? 0 : data[from + i - stride - bytesPerPixel]!;
        const difference = (data[from + i]! - predict(left, above, aboveLeft)) & 255;
        candidate[i] = difference;
        sum += Math.min(difference, 256 - difference);
      }
      if (sum >= smallest) continue;
      smallest = sum;
      rows[to] = type;
      rows.set(candidate, to + 1);
    }
  }
  return deflateSync(rows, { level: 9 });
}

/**
 * Pictures as an animated PNG that repeats for ever, without loss: PNG (third edition), chunks acTL, fcTL and fdAT. Viewers
 * without animation show the first picture.
 * @param pictures one or more, all of one size
 * @throws ShapeError where there is none, or sizes differ
 */
export function encodeApng(pictures: readonly Bitmap[], framesPerSecond: number): Uint8Array {
  const first = pictures[0];
  if (!first) throw new ShapeError('picture/none', 'animation: expected at least one picture, got none.');
  const { width, height } = first;
  let sequence = 0;
  const frames = pictures.flatMap((picture, i): PngChunk[] => {
    if (picture.width !== width || picture.height !== height) {
      throw new ShapeError(
        'picture/size',
        `animation: expected pictures of ${width} x ${height} as the first, got ${picture.width} x ${picture.height} as number ${i + 1}.`,
      );
    }
    // Width, height, left, top; then the delay as a fraction of a second, nothing disposed, nothing blended.
    const control = Buffer.concat([uint32(sequence++, width, height, 0, 0), Buffer.alloc(6)]);
    control.writeUInt16BE(Math.round(1000 / framesPerSecond), 20);
    control.writeUInt16BE(1000, 22);
    const content = compress(picture);
    return [
      { type: 'fcTL', content: control },
      i === 0 ? { type: 'IDAT', content } : { type: 'fdAT', content: concatenated([uint32(sequence++), content]) },
    ];
  });
  return writePngChunks([
    // 8 bits, colour with alpha, deflate, adaptive filters, not interlaced.
    { type: 'IHDR', content: concatenated([uint32(width, height), Uint8Array.of(8, 6, 0, 0, 0)]) },
    { type: 'acTL', content: uint32(pictures.length, 0) },
    ...frames,
    { type: 'IEND', content: new Uint8Array(0) },
  ]);
}
