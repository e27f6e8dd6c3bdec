import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { parseHeadShape } from '../../../../personalize/photos/cameras/headShape.js';
import { hintOf } from '../../../../personalize/photos/capture/captureGuide.js';
import { FrameReader } from '../../../../personalize/photos/capture/frameReader.js';
import type { FrameView } from '../../../../personalize/photos/capture/frameView.js';
import { readFaceTopology } from '../../../../personalize/photos/faces/faceAsset.js';
import type { FaceNets } from '../../../../personalize/photos/faces/faceNets.js';
import { openFaceNets } from '../../../../personalize/photos/faces/openFaceNets.js';
import { bytesSource } from '../../../../runtime/checkpoint/byteSource.js';
import type { Bitmap } from '../../../../runtime/core/bitmap.js';
import { nodeExecution } from '../../../../runtime/execution/node.js';
import { filmOfHead, type FilmView } from '../../../samples/film.js';

const views: readonly FilmView[] = [
  { yaw: 0, pitch: 0 },
  { yaw: -18, pitch: 0 },
  { yaw: 18, pitch: 0 },
  { yaw: 0, pitch: -13 },
  { yaw: 0, pitch: 13 },
  { yaw: 0, pitch: 0, amounts: { smile: 1 } },
  { yaw: 0, pitch: 0, amounts: { jawOpen: 0.8 } },
];

let nets: FaceNets;
let reader: FrameReader;
const frames: Bitmap[] = [];
const read: (FrameView | null)[] = [];
const picture = (side: number): Bitmap => ({
  width: side,
  height: side,
  data: new Uint8Array(4 * side * side).fill(128),
});

beforeAll(async () => {
  const asset = bytesSource(new Uint8Array(readFileSync('assets/faces.safetensors')));
  const shape = parseHeadShape(readFileSync('assets/base.landmarks.json', 'utf8'), await readFaceTopology(asset));
  nets = await openFaceNets({ execution: await nodeExecution({ threads: 1 }), asset });
  reader = new FrameReader(nets, shape);
  frames.push(...(await filmOfHead(views)));
  for (const frame of frames) read.push(await reader.read(frame));
});
afterAll(() => nets.dispose());

test('reads where a rendered head looks, in its own left and right, up and down', () => {
  const straight = read[0]!;
  for (const [i, { yaw, pitch, amounts }] of views.entries()) {
    if (amounts) continue;
    expect(Math.abs(read[i]!.yaw - yaw)).toBeLessThan(5);
    // Landmarks see about two thirds of a nod.
    expect(Math.abs(read[i]!.pitch - straight.pitch - 0.7 * pitch)).toBeLessThan(4);
  }
});

test('reads a smile and an open mouth', () => {
  const [straight, smile, open] = [read[0]!, read[5]!, read[6]!];
  expect(smile.mouth.width - straight.mouth.width).toBeGreaterThan(0.07);
  expect(open.mouth.opening - straight.mouth.opening).toBeGreaterThan(0.12);
});

test('finds all of them usable, and in the middle', () => {
  for (const view of read) {
    expect(hintOf(view)).toBeNull();
    expect(view!.size).toBeCloseTo(1, 0);
    for (const offset of view!.offset) expect(Math.abs(offset)).toBeLessThan(0.06);
  }
});

test('sees nobody in an empty room, and finds the head again', async () => {
  expect(await reader.read(picture(384))).toBeNull();
  expect(await reader.read(frames[2]!)).not.toBeNull();
});
