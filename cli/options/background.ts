import { HeadError } from 'babylon-personalized-head/runtime';
import type { Background } from '../output/image.js';

/** Reads `transparent`, `white`, `black`, `#rrggbb`. */
export function parseBackground(text: string): Background {
  if (text === 'transparent') return text;
  const hex = { white: 'ffffff', black: '000000' }[text] ?? /^#([0-9a-f]{6})$/i.exec(text)?.[1];
  if (hex === undefined) {
    throw new HeadError(
      'render/background',
      `--background: expected transparent, white, black or #rrggbb, got "${text}".`,
    );
  }
  const channel = (i: number): number => parseInt(hex.slice(2 * i, 2 * i + 2), 16) / 255;
  return [channel(0), channel(1), channel(2)];
}
