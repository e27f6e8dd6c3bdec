import { beforeAll, expect, test } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import { ShapeError } from '../../../runtime/core/errors.js';
import { hashKey, hashUniform } from '../../../runtime/core/hash.js';
import { fileSource } from '../../../runtime/checkpoint/fileSource.node.js';
import type { Bitmap } from '../../../runtime/core/bitmap.js';
import { parseHeadShape, type HeadShape } from '../../../personalize/photos/cameras/headShape.js';
import { projectLandmarks } from '../../../personalize/photos/cameras/projectLandmarks.js';
import { rotationFromAngles } from '../../../personalize/photos/cameras/viewAngles.js';
import { readFaceTopology } from '../../../personalize/photos/faces/faceAsset.js';
import type { FaceLandmarks } from '../../../personalize/photos/faces/faceNets.js';
import { mirrorHead } from '../../../personalize/photos/headShapes/landmarkSpread.js';
import { meanMoves } from '../../../personalize/photos/headShapes/landmarkMoves.js';
import { boundedLeastSquares } from '../../../personalize/tracking/boundedLeastSquares.js';
import {
  expressionShapes,
  parseExpressionShapes,
  type ExpressionShapes,
} from '../../../personalize/tracking/expressionShapes.js';
import { faceClip } from '../../../personalize/tracking/faceClip.js';
import { FaceFollower } from '../../../personalize/photos/faces/faceFollower.js';
import { FaceTracker } from '../../../personalize/tracking/faceTracker.js';
import { OneEuro } from '../../../personalize/tracking/oneEuro.js';
import { turnOfHead } from '../../../personalize/tracking/turnOfHead.js';

let shape: HeadShape;
let shapes: ExpressionShapes;
/** A person who differs from the mean head by as much as heads do. */
let person: Float64Array;
const degree = Math.PI / 180;

beforeAll(async () => {
  const asset = await fileSource('assets/faces.safetensors');
  shape = parseHeadShape(await readFile('assets/base.landmarks.json', 'utf8'), await readFaceTopology(asset));
  await asset.close();
  shapes = parseExpressionShapes(await readFile('assets/base.landmarkMoves.json', 'utf8'));
  const weights = [0.8, -0.6, 0.5, 0.3, -0.4];
  const { mean, components } = shape;
  person = mean.map((value, i) =>
    weights.reduce((sum, weight, k) => sum + weight * components[k * mean.length + i]!, value),
  );
});

interface Pose {
  readonly yaw?: number;
  readonly pitch?: number;
  readonly roll?: number;
}

/** A head that turns to its own left shows its right side: the camera goes the other way. */
const rotationOf = ({ yaw = 0, pitch = 0, roll = 0 }: Pose) => rotationFromAngles(-yaw, -pitch, roll);

/** Landmarks of the person in a camera's picture of 640 pixels, with noise of so many pixels. */
function seen(amounts: Readonly<Record<string, number>>, pose: Pose = {}, noise = 0): Float32Array {
  const points = person.slice();
  for (const [name, amount] of Object.entries(amounts)) {
    const e = shapes.names.indexOf(name);
    expect([name, e >= 0]).toEqual([name, true]);
    for (let i = 0; i < points.length; i++) points[i]! += amount * shapes.moves[e * points.length + i]!;
  }
  const view = { rotation: rotationOf(pose), distance: 1.8, side: 260, center: [320, 250], error: 0 } as const;
  const flat = projectLandmarks(view, points);
  const key = hashKey(JSON.stringify([amounts, pose]));
  const off = (i: number): number => noise * Math.sqrt(3) * (2 * hashUniform(key, i) - 1);
  return Float32Array.from({ length: 3 * 468 }, (_, i) =>
    i % 3 === 2 ? 0 : flat[2 * Math.floor(i / 3) + (i % 3)]! + off(i),
  );
}

async function calibrated(noise = 0): Promise<FaceTracker> {
  const tracker = new FaceTracker({ shape, shapes, smoothing: null });
  await tracker.calibrate([0, -12, 12, -6, 6].map((yaw) => seen({}, { yaw }, noise)));
  return tracker;
}

const mixtures: readonly (readonly [Readonly<Record<string, number>>, Pose])[] = [
  [{}, {}],
  [{ jawOpen: 0.7 }, { yaw: 10 }],
  [{ mouthSmileLeft: 0.8, mouthSmileRight: 0.8 }, { pitch: -8 }],
  [{ eyeBlinkLeft: 1 }, { roll: 12 }],
  [
    { browOuterUpLeft: 0.8, browOuterUpRight: 0.8 },
    { yaw: -15, pitch: 6 },
  ],
  [{ mouthPucker: 0.8, jawOpen: 0.2 }, { yaw: 5 }],
  [
    { mouthSmileLeft: 0.6, jawOpen: 0.4, eyeBlinkLeft: 0.5, eyeBlinkRight: 0.5 },
    { yaw: 20, roll: -8 },
  ],
];

test.each([
  // Amounts: mean error of all, largest that is not there; degrees.
  [0, 0.05, 0.7, 1.5],
  [0.5, 0.05, 0.7, 2],
])('known amounts and turns come back from landmarks with noise of %d pixels', async (noise, mean, most, turned) => {
  const tracker = await calibrated(noise);
  const all: number[] = [];
  const [invented, mouths]: [number[], number[]] = [[], []];
  for (const [truth, pose] of mixtures) {
    tracker.forget();
    const { amounts, turn } = tracker.track(seen(truth, pose, noise), 0);
    for (const name of shapes.names) {
      all.push(Math.abs(amounts[name]! - (truth[name] ?? 0)));
      if (truth[name] === undefined) invented.push(amounts[name]!);
      // Raised brows move landmarks so little that they may be missed.
      else if (/^(mouth|jaw)/.test(name)) mouths.push(all.at(-1)!);
    }
    const expected = turnOfHead(rotationOf(pose), rotationOf({}));
    for (const angle of ['yaw', 'pitch', 'roll'] as const) {
      expect(Math.abs(turn[angle] - expected[angle]) / degree).toBeLessThan(turned);
    }
  }
  expect(all.reduce((sum, value) => sum + value) / all.length).toBeLessThan(mean);
  expect(Math.max(...invented)).toBeLessThan(most);
  expect(Math.max(...mouths)).toBeLessThan(0.7);
});

test('a film is followed from where the face was, amounts stay within 0..1, and noise is smoothed', async () => {
  const smooth = new FaceTracker({ shape, shapes });
  const plain = new FaceTracker({ shape, shapes, smoothing: null });
  for (const tracker of [smooth, plain]) await tracker.calibrate([seen({}, {}, 0.5)]);
  const trembles = [0, 0];
  let last: readonly Readonly<Record<string, number>>[] = [];
  for (let frame = 0; frame < 24; frame++) {
    // Noise differs from frame to frame as the pose does.
    const landmarks = seen({ jawOpen: 0.5 }, { yaw: 0.01 * frame }, 0.5);
    const faces = [smooth, plain].map((tracker) => tracker.track(landmarks, frame / 30).amounts);
    for (const [i, amounts] of faces.entries()) {
      expect(Object.values(amounts).every((amount) => amount >= 0 && amount <= 1)).toBe(true);
      if (frame > 8) trembles[i]! += Math.abs(amounts.jawOpen! - last[i]!.jawOpen!);
    }
    last = faces;
  }
  expect(trembles[0]).toBeLessThan(0.6 * trembles[1]!);
  expect(Math.abs(last[0]!.jawOpen! - 0.5)).toBeLessThan(0.15);
  expect(() => plain.track(new Float32Array(9), 1)).toThrow(ShapeError);
});

test('turns are those of a head that nods, turns and leans as its owner would say', () => {
  const ahead = rotationFromAngles(3, -2, 4);
  expect(Object.values(turnOfHead(ahead, ahead)).every((angle: number) => Math.abs(angle) < 1e-12)).toBe(true);
  const upright = rotationFromAngles(0, 0, 0);
  for (const pose of [{ yaw: 30 }, { pitch: 25 }, { roll: -20 }] as Pose[]) {
    const turn = turnOfHead(rotationOf(pose), upright);
    const { yaw = 0, pitch = 0, roll = 0 } = pose;
    [turn.yaw - yaw * degree, turn.pitch - pitch * degree, turn.roll - roll * degree].forEach((off) =>
      expect(Math.abs(off)).toBeLessThan(1e-12),
    );
  }
  // Yaw last: R = Ry Rx Rz in the head's axes, applied to its crown.
  const [y, p, r] = [0.4, -0.3, 0.2];
  const { yaw, pitch, roll } = turnOfHead(composed(y, p, r), [1, 0, 0, 0, 1, 0, 0, 0, 1]);
  [yaw - y, pitch - p, roll - r].forEach((off) => expect(Math.abs(off)).toBeLessThan(1e-12));
});

/** Ry(yaw) Rx(-pitch) Rz(-roll), axes: x the head's left, y up, z where it looks. */
function composed(
  yaw: number,
  pitch: number,
  roll: number,
): [number, number, number, number, number, number, number, number, number] {
  const [sy, cy, sp, cp, sr, cr] = [yaw, pitch, roll].flatMap((a) => [Math.sin(a), Math.cos(a)]) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const turned = ([x, y, z]: readonly number[]): number[] => {
    const [x1, y1] = [cr * x! + sr * y!, -sr * x! + cr * y!];
    const [y2, z2] = [cp * y1 + sp * z!, -sp * y1 + cp * z!];
    return [cy * x1 + sy * z2, y2, -sy * x1 + cy * z2];
  };
  const [a, b, c] = [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ].map(turned) as [number[], number[], number[]];
  return [0, 1, 2].flatMap((row) => [a[row]!, b[row]!, c[row]!]) as ReturnType<typeof composed>;
}

test('least squares within bounds finds the corner, the edge and the inside', () => {
  const matrix = Float64Array.of(2, 1, 1, 2);
  // Unbounded: (1, -1) x 2, (.25, .5), (2, 2).
  for (const [vector, expected] of [
    [
      [2, -2],
      [1, 0],
    ],
    [
      [1, 1.25],
      [0.25, 0.5],
    ],
    [
      [6, 6],
      [1, 1],
    ],
    [
      [1, -5],
      [0.5, 0],
    ],
  ] as const) {
    const found = boundedLeastSquares(matrix, Float64Array.from(vector), new Float64Array(2));
    expected.forEach((value, i) => expect(found[i]).toBeCloseTo(value, 6));
  }
});

test('the 1 € filter: a step decays as its cut-off says, and speed opens it', () => {
  const still = new OneEuro({ leastCutoff: 1, speedGain: 0 });
  expect(still.next([0, 5], 0)).toEqual(Float64Array.of(0, 5));
  const share = 1 / (1 + 1 / (2 * Math.PI * 0.1));
  expect(still.next([1, 5], 0.1)[0]).toBeCloseTo(share, 12);
  expect(still.next([1, 5], 0.2)[0]).toBeCloseTo(1 - (1 - share) ** 2, 12);
  // Time that does not grow: taken as it is.
  expect(still.next([7, 8], 0.2)).toEqual(Float64Array.of(7, 8));
  const fast = new OneEuro({ leastCutoff: 1, speedGain: 10 });
  fast.next([0], 0);
  expect(fast.next([1], 0.1)[0]).toBeGreaterThan(2 * share * 0.9);
});

test('moves of an expression are means over heads and over both sides', () => {
  const { mirror } = shape;
  const left = Float64Array.from({ length: 1404 }, (_, i) => Math.sin(i));
  const right = Float64Array.from({ length: 1404 }, (_, i) => Math.cos(i));
  const middle = Float64Array.from({ length: 1404 }, (_, i) => Math.sin(2 * i));
  const moves = meanMoves(
    [
      { name: 'mouthSmileLeft', move: left },
      { name: 'mouthSmileRight', move: right },
      { name: 'jawOpen', move: middle },
    ],
    mirror,
  );
  expect([...moves.keys()]).toEqual(['mouthSmileLeft', 'mouthSmileRight', 'jawOpen']);
  const other = mirrorHead(right, mirror);
  moves.get('mouthSmileLeft')!.forEach((value, i) => expect(value).toBeCloseTo((left[i]! + other[i]!) / 2, 12));
  const jaw = moves.get('jawOpen')!;
  mirrorHead(jaw, mirror).forEach((value, i) => expect(value).toBeCloseTo(jaw[i]!, 12));
  // What moves too little to be seen is left out.
  const shown = expressionShapes(new Map([...moves, ['eyeLookUpLeft', left.map((v) => 0.003 * v)]]));
  expect(shown.names).toEqual(['mouthSmileLeft', 'mouthSmileRight', 'jawOpen']);
  expect(() => parseExpressionShapes('{"format":"x"}')).toThrow('expected personalized-head/landmark-moves');
});

test('a clip has even frames, drawn straight between faces, without columns in which nothing happens', () => {
  const face = (jawOpen: number, yaw: number) => ({
    amounts: { jawOpen, eyeBlinkLeft: 0 },
    turn: { yaw, pitch: 0, roll: -yaw },
    error: 0,
  });
  const clip = faceClip(
    [
      { time: 1, face: face(0, 0) },
      { time: 1.2, face: face(0.4, 0.2) },
      { time: 1.4, face: face(0, 0.2) },
    ],
    10,
  );
  expect(clip).toEqual({
    format: 'personalized-head/face-clip',
    version: '1',
    fps: 10,
    names: ['jawOpen'],
    frames: [[0], [0.2], [0.4], [0.2], [0]],
    turns: [
      [0, 0, 0],
      [0.1, 0, -0.1],
      [0.2, 0, -0.2],
      [0.2, 0, -0.2],
      [0.2, 0, -0.2],
    ],
  });
  expect(() => faceClip([], 30)).toThrow(ShapeError);
  expect(() => faceClip([{ time: 0, face: face(0, 0) }], 0)).toThrow('frames a second');
});

test('a face is detected once and followed; where it is lost, it is looked for anew', async () => {
  const asked: string[] = [];
  const scores = [0.9, 0.9, 0.2, 0.9];
  const landmarks = (score: number) => ({ score }) as FaceLandmarks;
  const follower = new FaceFollower({
    detect: () => {
      asked.push('detect');
      return Promise.resolve(asked.length > 6 ? [] : [{ score: 1 } as never]);
    },
    landmarks: () => {
      asked.push('landmarks');
      return Promise.resolve(landmarks(scores.shift() ?? 0.1));
    },
  });
  const frame: Bitmap = { width: 1, height: 1, data: new Uint8Array(4).fill(255) };
  const found = [];
  for (let i = 0; i < 4; i++) found.push((await follower.read(frame))?.score ?? null);
  expect(found).toEqual([0.9, 0.9, 0.9, null]);
  expect(asked).toEqual([
    'detect',
    'landmarks',
    'landmarks',
    'landmarks',
    'detect',
    'landmarks',
    'landmarks',
    'detect',
  ]);
});
