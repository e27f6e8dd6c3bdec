import { describe, expect, test } from '@jest/globals';
import { encode, type BitDepth, type ImageData } from 'fast-png';
import { encode as encodeJpeg } from 'jpeg-js';
import { decodeImage } from '../../../personalize/photos/decodeImage.js';
import { AssetError } from '../../../runtime/core/errors.js';
import { greyPng, jpegOf, utf8, withChunk } from './pictures.js';

const png = (channels: number, depth: BitDepth, data: ImageData['data'], width = 2, height = 1): Uint8Array =>
  encode({ width, height, channels, depth, data });

function failure(bytes: Uint8Array): AssetError {
  try {
    decodeImage(bytes, 'train/7.jpg');
  } catch (error) {
    expect(error).toBeInstanceOf(AssetError);
    return error as AssetError;
  }
  throw new Error('it was decoded');
}

describe('PNG', () => {
  test.each<[string, Uint8Array, number, number[]]>([
    ['grey 8', png(1, 8, Uint8Array.of(7, 200)), 255, [7, 7, 7, 255, 200, 200, 200, 255]],
    ['grey and alpha 8', png(2, 8, Uint8Array.of(7, 90, 200, 0)), 255, [7, 7, 7, 90, 200, 200, 200, 0]],
    ['RGB 8', png(3, 8, Uint8Array.of(1, 2, 3, 4, 5, 6)), 255, [1, 2, 3, 255, 4, 5, 6, 255]],
    ['RGBA 8', png(4, 8, Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8)), 255, [1, 2, 3, 4, 5, 6, 7, 8]],
    ['grey 16', png(1, 16, Uint16Array.of(300, 65535)), 65535, [300, 300, 300, 65535, 65535, 65535, 65535, 65535]],
    ['grey and alpha 16', png(2, 16, Uint16Array.of(300, 9, 1, 2)), 65535, [300, 300, 300, 9, 1, 1, 1, 2]],
    ['RGB 16', png(3, 16, Uint16Array.of(1, 260, 3, 4, 5, 6)), 65535, [1, 260, 3, 65535, 4, 5, 6, 65535]],
    ['RGBA 16', png(4, 16, Uint16Array.of(1, 260, 3, 4, 5, 6, 7, 8)), 65535, [1, 260, 3, 4, 5, 6, 7, 8]],
  ])('%s', (_, bytes, max, expected) => {
    const image = decodeImage(bytes, 'a.png');
    expect([image.width, image.height, image.max]).toEqual([2, 1, max]);
    expect(Array.from(image.data)).toEqual(expected);
  });

  test('rows of grey with 1 bit start at whole bytes', () => {
    // 9 columns: 101010101, then 011111110.
    const bits = Uint8Array.of(0b10101010, 0b10000000, 0b01111111, 0b00000000);
    const { data } = decodeImage(png(1, 1, bits, 9, 2), 'a.png');
    const red = Array.from({ length: 18 }, (_, i) => data[4 * i]);
    expect(red).toEqual([1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 1, 1, 1, 1, 1, 1, 0].map((bit) => 255 * bit));
  });

  test.each<[BitDepth, number[]]>([
    [8, [2, 0, 1]],
    [4, [0x20, 0x10]],
    [2, [0b10000100]],
  ])('palette of %i bits, with alpha', (depth, packed) => {
    const palette = [
      [10, 20, 30, 40],
      [50, 60, 70, 255],
      [80, 90, 100, 255],
    ];
    const bytes = encode({ width: 3, height: 1, channels: 1, depth, data: Uint8Array.from(packed), palette });
    expect(Array.from(decodeImage(bytes, 'a.png').data)).toEqual([2, 0, 1].flatMap((index) => palette[index]!));
  });

  test('the transparent grey and the transparent colour become alpha', () => {
    const grey = decodeImage(withChunk(png(1, 8, Uint8Array.of(7, 8)), 'tRNS', [0, 7]), 'a.png');
    expect(Array.from(grey.data)).toEqual([7, 7, 7, 0, 8, 8, 8, 255]);
    // fast-png takes no more tRNS values than there are pixels.
    const color = withChunk(png(3, 8, Uint8Array.of(1, 2, 3, 1, 2, 4, 3, 2, 1), 3), 'tRNS', [0, 1, 0, 2, 0, 3]);
    expect(Array.from(decodeImage(color, 'a.png').data)).toEqual([1, 2, 3, 0, 1, 2, 4, 255, 3, 2, 1, 255]);
  });

  test('a palette index beyond the palette is said', () => {
    const bytes = encode({ width: 1, height: 1, channels: 1, depth: 8, data: Uint8Array.of(3), palette: [[1, 2, 3]] });
    expect(failure(bytes)).toMatchObject({ code: 'photos/png', message: expect.stringContaining('train/7.jpg') });
  });

  test.each([10, 20, 40, 50])('cut off after %i bytes', (length) => {
    expect(failure(greyPng(16, 16, (x) => x).subarray(0, length)).code).toBe('photos/png');
  });

  test('a flipped bit is found by its checksum', () => {
    const bytes = greyPng(16, 16, (x, y) => x * y);
    bytes[bytes.length - 20]! ^= 4;
    expect(failure(bytes).code).toBe('photos/png');
  });

  test('an enormous size is refused before memory is asked for', () => {
    const bytes = greyPng(2, 2, () => 0);
    new DataView(bytes.buffer, bytes.byteOffset).setUint32(16, 2_000_000_000);
    expect(failure(bytes)).toMatchObject({ code: 'photos/large', message: expect.stringContaining('2000000000 x 2') });
  });
});

describe('JPEG', () => {
  test('comes back within its own loss', () => {
    const [width, height] = [40, 24];
    const at = (i: number, c: number): number => {
      const [x, y] = [i % width, Math.floor(i / width)];
      return c === 3 ? 255 : [5 * x, 8 * y, 255 - 4 * x][c]!;
    };
    const data = Uint8Array.from({ length: 4 * width * height }, (_, i) => at(i >> 2, i & 3));
    const image = decodeImage(new Uint8Array(encodeJpeg({ width, height, data }, 100).data), 'a.jpg');
    expect([image.width, image.height, image.max]).toEqual([width, height, 255]);
    const worst = Math.max(...data.map((value, i) => Math.abs(value - image.data[i]!)));
    expect(worst).toBeLessThanOrEqual(6);
  });

  test('is told by its content, not its name', () => {
    expect(decodeImage(jpegOf(16, 16, [9, 9, 9]), 'a.png').width).toBe(16);
  });

  test.each([2, 20, 300, 600])('cut off after %i bytes', (length) => {
    const data = Uint8Array.from({ length: 4 * 64 * 64 }, (_, i) => (i * 7919) % 251);
    const bytes = new Uint8Array(encodeJpeg({ width: 64, height: 64, data }, 90).data);
    expect(bytes.length).toBeGreaterThan(2 * length);
    expect(failure(bytes.subarray(0, length))).toMatchObject({
      code: 'photos/jpeg',
      message: expect.stringMatching(/^train\/7\.jpg: .* Copy or save it again\.$/s),
    });
  });

  test('a header of more pixels than its bytes can hold', () => {
    const bytes = Uint8Array.from(jpegOf(16, 16, [9, 9, 9]));
    const frame = bytes.findIndex((value, i) => value === 0xff && bytes[i + 1] === 0xc0);
    bytes.set([0x1b, 0x58, 0x1b, 0x58], frame + 5);
    expect(failure(bytes)).toMatchObject({
      code: 'photos/jpeg',
      message: expect.stringContaining('more than it holds') as unknown,
    });
  });

  test('cut off amid its picture', () => {
    const data = Uint8Array.from({ length: 4 * 64 * 64 }, (_, i) => (i * 7919) % 251);
    const bytes = new Uint8Array(encodeJpeg({ width: 64, height: 64, data }, 90).data);
    expect(failure(bytes.subarray(0, Math.floor(0.7 * bytes.length))).code).toBe('photos/jpeg');
  });
});

test.each<[string, Uint8Array]>([
  ['HEIC', Uint8Array.from([0, 0, 0, 24, ...utf8('ftypheic')])],
  ['WebP', utf8('RIFF0000WEBPVP8 ')],
  ['GIF', utf8('GIF89a....')],
  ['TIFF', Uint8Array.from([...utf8('II*'), 0, 8, 0, 0, 0])],
  ['another kind', utf8('hello')],
  ['an empty file', new Uint8Array(0)],
])('another kind is named: %s', (kind, bytes) => {
  const { code, message } = failure(bytes);
  expect(code).toBe('photos/kind');
  expect(message).toContain('train/7.jpg: expected a JPEG or PNG');
  expect(message).toContain(kind);
});
