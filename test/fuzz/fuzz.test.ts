import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encode as encodePng } from 'fast-png';
import jpeg from 'jpeg-js';
import { expect, test } from '@jest/globals';
import { encodePerson, readPerson } from '../../runtime/checkpoint/person/person.js';
import { bytesSource, readBase } from '../../runtime/checkpoint/index.js';
import { writeBase } from '../../runtime/checkpoint/base/writeBase.node.js';
import { HeadError } from '../../runtime/core/errors.js';
import { framesOfFaceCsv } from '../../plugin/behaviors/faceCsv.js';
import { frameTrack } from '../../plugin/behaviors/frameTrack.js';
import { decodeImage } from '../../personalize/photos/decodeImage.js';
import { parseLabels } from '../../personalize/photos/labels.js';
import { moduleValue, networkPickle } from '../checkpoint/networkWriter.js';
import { joinBytes } from '../checkpoint/pickleWriter.js';
import { smallSizes, syntheticNetwork } from '../checkpoint/syntheticNetwork.js';
import { tinyPerson } from '../plugin/node/files.js';

/**
 * Files of each kind, changed at random. `FUZZ=100000 npm test -- test/fuzz` tries as many, `FUZZ_FROM=5000` begins each
 * kind with that number; CI tries a small share.
 */
const tries = Number(process.env.FUZZ ?? 700);
const first = Number(process.env.FUZZ_FROM ?? 0);
/** What one file may take, milliseconds of this process, and what all may leave behind, bytes. */
const longest = 2000;
const mostMemory = 512 * 2 ** 20;

/** Deterministic, so that a failure can be repeated by its number. */
function randomOf(seed: number): () => number {
  let state = (seed + 1) * 2654435761;
  return () => {
    state = (Math.imul(state ^ (state >>> 15), 0x85ebca6b) + 0x9e3779b9) | 0;
    const mixed = Math.imul(state ^ (state >>> 13), 0xc2b2ae35);
    return ((mixed ^ (mixed >>> 16)) >>> 0) / 2 ** 32;
  };
}

const odd = ['9e999', '-1', '""', 'null', '[]', '{}', '1e308', 'NaN', '\u0000', '18446744073709551615', '"__proto__"'];

/** Bytes flipped, cut, doubled, or replaced by what is odd where text or numbers were. */
function mutate(file: Uint8Array, seed: number): Uint8Array<ArrayBuffer> {
  const random = randomOf(seed);
  const below = (end: number): number => Math.floor(random() * end);
  // Most of a file's structure is at its beginning.
  const place = (): number => Math.floor(file.length * random() ** (random() < 0.5 ? 1 : 4));
  let bytes = file.slice();
  for (let count = 1 + below(4); count > 0; count--) {
    const at = Math.min(place(), bytes.length);
    switch (below(5)) {
      case 0:
        for (let i = below(6); i >= 0 && at + i < bytes.length; i--) bytes[at + i] = below(256);
        break;
      case 1:
        bytes = bytes.slice(0, at);
        break;
      case 2: {
        const part = bytes.slice(at, at + below(64));
        bytes = Uint8Array.from([...bytes.subarray(0, at), ...part, ...bytes.subarray(at)]);
        break;
      }
      case 3:
        bytes = Uint8Array.from([...bytes.subarray(0, at), ...bytes.subarray(at + below(16))]);
        break;
      default: {
        const text = new TextEncoder().encode(odd[below(odd.length)]);
        bytes.set(text.subarray(0, Math.max(0, bytes.length - at)), at);
      }
    }
  }
  return bytes;
}

const pixels = Uint8Array.from({ length: 16 * 16 * 4 }, (_, i) => (i * 37) % 256);
const label = [1, 0, 0, 0, 0, -1, 0, 0, 0, 0, -1, 2.7, 0, 0, 0, 1, 4.26, 0, 0.5, 0, 4.26, 0.5, 0, 0, 1];
const csv =
  'Timecode,BlendShapeCount,JawOpen,HeadYaw\n10:00:00:00.1,61,0.1,0.0\n10:00:00:02.1,61,0.2,0.1\n10:00:00:04.1,61,0.3,0.2\n';
const pickle = (): Uint8Array =>
  joinBytes(networkPickle(moduleValue(syntheticNetwork({ ...smallSizes, widths: [[2, 2]] }))));
async function baseFile(): Promise<Uint8Array> {
  const folder = await mkdtemp(join(tmpdir(), 'fuzz-'));
  try {
    await writeBase(join(folder, 'base.safetensors'), await readBase(bytesSource(Uint8Array.from(pickle()))));
    return await readFile(join(folder, 'base.safetensors'));
  } finally {
    await rm(folder, { recursive: true });
  }
}
const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
const utf8 = (value: string): Uint8Array => new TextEncoder().encode(value);

type Read = (bytes: Uint8Array<ArrayBuffer>) => unknown;
const kinds: readonly (readonly [string, () => Promise<Uint8Array> | Uint8Array, Read])[] = [
  ['.head', () => encodePerson(tinyPerson()), (bytes) => readPerson(bytesSource(bytes))],
  ['base', baseFile, (bytes) => readBase(bytesSource(bytes))],
  ['pickle', pickle, (bytes) => readBase(bytesSource(bytes))],
  [
    'PNG',
    () => encodePng({ width: 16, height: 16, channels: 4, data: pixels }),
    (bytes) => decodeImage(bytes, 'a.png'),
  ],
  ['JPEG', () => jpeg.encode({ width: 16, height: 16, data: pixels }, 80).data, (bytes) => decodeImage(bytes, 'a.jpg')],
  [
    'dataset.json',
    () => utf8(JSON.stringify({ labels: [['a.png', label], ['b.png', label]] })), // prettier-ignore
    (bytes) => parseLabels(text(bytes)),
  ],
  ['CSV', () => utf8(csv), (bytes) => frameTrack(framesOfFaceCsv(text(bytes))).at(0.05)],
];

test.each(kinds)('a changed %s is read, or one of our errors', async (kind, make, read) => {
  const file = Uint8Array.from(await make());
  await read(file.slice());
  const share = Math.ceil(tries / kinds.length);
  const wrong: string[] = [];
  let refused = 0;
  let slowest = { seed: first, ms: 0 };
  for (let seed = first; seed < first + share; seed++) {
    const bytes = mutate(file, seed);
    const start = process.cpuUsage();
    try {
      await read(bytes);
    } catch (error) {
      refused++;
      if (!(error instanceof HeadError)) wrong.push(`${seed}: ${String(error)}`);
    }
    const { user, system } = process.cpuUsage(start);
    const ms = (user + system) / 1000;
    if (ms > slowest.ms) slowest = { seed, ms };
  }
  if (process.env.FUZZ) console.log(`${kind}: ${share} tried, ${refused} refused, slowest ${JSON.stringify(slowest)}`);
  expect(wrong.slice(0, 5)).toEqual([]);
  expect([slowest, slowest.ms < longest]).toEqual([slowest, true]);
  expect(process.memoryUsage().heapUsed).toBeLessThan(mostMemory);
});

test('what is changed differs by its number alone', () => {
  const file = utf8(csv);
  expect(mutate(file, 5)).toEqual(mutate(file, 5));
  expect(mutate(file, 5)).not.toEqual(mutate(file, 6));
});
