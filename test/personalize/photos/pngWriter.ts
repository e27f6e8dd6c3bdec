import { zlibSync } from 'fflate';

/** A PNG in any of the format's kinds, packed by this test alone. */
export interface PngParts {
  readonly side: number;
  readonly height?: number;
  readonly depth: number;
  /** 0 grey, 2 RGB, 3 palette, 4 grey and alpha, 6 RGBA */
  readonly colorType: number;
  /** Samples in order, each below 2^depth. */
  readonly samples: readonly number[];
  readonly palette?: readonly number[];
  readonly transparency?: readonly number[];
  readonly interlace?: number;
}

const channelsOf: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };

function crc32(bytes: readonly number[]): number {
  let crc = ~0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let k = 0; k < 8; k++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return ~crc >>> 0;
}

const uint32 = (value: number): number[] => [value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255];

function chunk(type: string, body: readonly number[]): number[] {
  const typed = [...Array.from(type, (letter) => letter.charCodeAt(0)), ...body];
  return [...uint32(body.length), ...typed, ...uint32(crc32(typed))];
}

export function writePng(parts: PngParts): Uint8Array {
  const { side, height = side, depth, colorType, samples, palette, transparency, interlace = 0 } = parts;
  const row = side * channelsOf[colorType]!;
  const raw: number[] = [];
  for (let y = 0; y < height; y++) {
    const bits = samples
      .slice(y * row, (y + 1) * row)
      .map((sample) => sample.toString(2).padStart(depth, '0'))
      .join('');
    // Filter 0, then whole bytes.
    raw.push(0);
    for (let at = 0; at < bits.length; at += 8) raw.push(parseInt(bits.slice(at, at + 8).padEnd(8, '0'), 2));
  }
  return Uint8Array.from([
    ...[0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a],
    ...chunk('IHDR', [...uint32(side), ...uint32(height), depth, colorType, 0, 0, interlace]),
    ...(palette ? chunk('PLTE', palette) : []),
    ...(transparency ? chunk('tRNS', transparency) : []),
    ...chunk('IDAT', [...zlibSync(Uint8Array.from(raw))]),
    ...chunk('IEND', []),
  ]);
}
