import { describe, expect, test } from '@jest/globals';
import { decode, decodeApng } from 'fast-png';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { amountsOf } from '../../cli/options/amounts.js';
import { encodeApng } from '../../cli/output/apng.js';
import { filmKind, notesPath, sheetPicture, writeFilm } from '../../cli/output/film.js';
import type { Bitmap } from '../../runtime/core/bitmap.js';
import { inFolder } from './command.js';

/** Of one colour and a ramp, half of it half transparent. */
function picture(value: number, side = 16): Bitmap {
  const data = new Uint8Array(4 * side * side);
  for (let i = 0; i < side * side; i++) data.set([value, 255 - value, i, 2 * i < side * side ? 128 : 255], 4 * i);
  return { width: side, height: side, data };
}

const pictures = [10, 60, 110, 160, 210].map((value) => picture(value));

describe('films', () => {
  test.each([
    ['a/sheet.png', 'sheet', 'a/sheet.json'],
    ['film.apng', 'animation', 'film.json'],
    ['frames/', 'folder', 'frames/frames.json'],
    ['frames', 'folder', 'frames/frames.json'],
  ])('%s is a %s, with its numbers in %s', (path, kind, notes) => {
    expect([filmKind(path), notesPath(path).replaceAll('\\', '/')]).toEqual([kind, notes]);
  });

  test('another ending is refused by name', () => {
    expect(() => filmKind('out.webp')).toThrow(/ends in \.png .*got \.webp/);
  });

  test('an animation holds every frame without loss, at its speed', () => {
    const bytes = encodeApng(pictures, 20);
    const { frames, numberOfFrames } = decodeApng(bytes);
    expect(numberOfFrames).toBe(5);
    frames.forEach(({ data, delayNumber, delayDenominator }, i) => {
      expect([...data]).toEqual([...pictures[i]!.data]);
      expect(delayNumber / delayDenominator).toBeCloseTo(0.05, 3);
    });
  });

  test('tiny pictures and pure noise are kept without loss too', () => {
    const noise = (seed: number): Bitmap => {
      const data = Uint8Array.from({ length: 4 * 33 * 7 }, (_, i) => (Math.imul(i + seed, 2654435761) >>> 13) & 255);
      return { width: 33, height: 7, data };
    };
    for (const film of [[picture(1, 1)], [picture(1, 4), picture(90, 4)], [noise(1), noise(5000)]]) {
      const { frames } = decodeApng(encodeApng(film, 20));
      expect(frames.map(({ data }) => [...data])).toEqual(film.map(({ data }) => [...data]));
    }
  });

  test('pictures of two sizes make no animation', () => {
    expect(() => encodeApng([picture(1, 4), picture(1, 5)], 20)).toThrow(/pictures of 4 x 4 .* got 5 x 5 as number 2/);
  });

  test('a sheet is about 3 : 2, its pictures in order', () => {
    const { width, height, data } = sheetPicture(pictures);
    expect([width, height]).toEqual([48, 32]);
    // Fourth picture: second row, first column.
    expect(data[16 * 4 * 48]).toBe(160);
  });

  test('a folder gets numbered frames and numbers', () =>
    inFolder(async (folder) => {
      const path = join(folder, 'frames/');
      await writeFilm(path, pictures.slice(0, 2), { a: 1 });
      expect((await readdir(path)).sort()).toEqual(['0000.png', '0001.png', 'frames.json']);
      expect(decode(await readFile(join(path, '0001.png'))).data[0]).toBe(60);
      expect(JSON.parse(await readFile(join(path, 'frames.json'), 'utf8'))).toEqual({ a: 1 });
    }));
});

test('amounts are read from options that only the base knows', () => {
  expect(amountsOf(['--smile', '+2', '--hair.bald=-0.5', '--age', '-1'])).toEqual({
    smile: 2,
    'hair.bald': -0.5,
    age: -1,
  });
  for (const wrong of [['--smile'], ['--smile', 'much'], ['smile', '2'], ['--smile=']]) {
    expect(() => amountsOf(wrong)).toThrow(/a direction and its amount such as --smile \+2/);
  }
});
