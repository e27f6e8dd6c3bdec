import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { installedDescriptor } from '../../../../personalize/photos/faces/descriptorFiles.node.js';
import { readFaceTopology } from '../../../../personalize/photos/faces/faceAsset.js';
import type { DetectedFace, FaceLandmarks, FaceNets } from '../../../../personalize/photos/faces/faceNets.js';
import { openFaceNets } from '../../../../personalize/photos/faces/openFaceNets.js';
import { readFaces } from '../../../../personalize/photos/faces/readFaces.js';
import { bytesSource } from '../../../../runtime/checkpoint/byteSource.js';
import { cpu } from '../../../network/runGraph.js';
import { drawnFace, facesAsset, mirrored, placed, pyramidOf, turned } from './drawnFace.js';

let nets: FaceNets;
beforeAll(async () => {
  nets = await openFaceNets({ execution: await cpu(), asset: facesAsset(), descriptor: await installedDescriptor() });
});
afterAll(() => nets.dispose());

const face = drawnFace();
/** Where the head is in face.jpg, by eye. */
const head = { cx: 170, cy: 150, side: 110 };

function expectHead({ box, score }: DetectedFace, dx = 0, dy = 0): void {
  expect(score).toBeGreaterThan(0.6);
  expect(Math.hypot(box.cx - dx - head.cx, box.cy - dy - head.cy)).toBeLessThan(0.2 * head.side);
  expect(box.width / head.side).toBeGreaterThan(0.6);
  expect(box.width / head.side).toBeLessThan(1.4);
}

async function landmarksOf(picture: typeof face): Promise<FaceLandmarks> {
  const [read] = await readFaces(nets, pyramidOf(picture));
  return read!.landmarks;
}

const point = ({ points }: FaceLandmarks, i: number): readonly [number, number] => [points[3 * i]!, points[3 * i + 1]!];

/** Mean distance of landmarks, pixels. */
function meanDistance(a: FaceLandmarks, place: (i: number) => readonly [number, number]): number {
  let sum = 0;
  for (let i = 0; i < 468; i++) {
    const [x, y] = place(i);
    sum += Math.hypot(a.points[3 * i]! - x, a.points[3 * i + 1]! - y);
  }
  return sum / 468;
}

describe('detection', () => {
  test('finds the face once, with eyes, nose and mouth in their order', async () => {
    const faces = await nets.detect(pyramidOf(face));
    expect(faces).toHaveLength(1);
    expectHead(faces[0]!);
    const [rightEye, leftEye, nose, mouth] = [0, 2, 4, 6].map((i) => [...faces[0]!.points.subarray(i, i + 2)]);
    // The person's right eye is on the picture's left.
    expect(rightEye![0]).toBeLessThan(leftEye![0]!);
    expect(nose![1]).toBeGreaterThan(rightEye![1]!);
    expect(mouth![1]).toBeGreaterThan(nose![1]!);
  });

  test('quick: the same face by two looks', async () => {
    const faces = await nets.detect(pyramidOf(face), { quick: true });
    expect(faces).toHaveLength(1);
    expectHead(faces[0]!);
  });

  test('finds faces in turned pictures', async () => {
    let picture = face;
    for (let quarter = 1; quarter <= 3; quarter++) {
      picture = turned(picture);
      const [found] = await nets.detect(pyramidOf(picture));
      expect(found).toBeDefined();
      // A clockwise quarter takes (x, y) to (height - y, x).
      const at = [
        [256 - head.cy, head.cx],
        [320 - head.cx, 256 - head.cy],
        [head.cy, 320 - head.cx],
      ][quarter - 1]!;
      expect(Math.hypot(found!.box.cx - at[0]!, found!.box.cy - at[1]!)).toBeLessThan(0.25 * head.side);
    }
  });

  test('finds a small face in a large picture, at its place', async () => {
    const picture = placed(face, [1600, 1200], [1250, 900]);
    const faces = await nets.detect(pyramidOf(picture));
    expect(faces).toHaveLength(1);
    expectHead(faces[0]!, 1250, 900);
  });

  test('two faces are two; a picture without one has none', async () => {
    const two = placed(mirrored(face), [700, 300], [360, 20], placed(face, [700, 300], [0, 20]));
    expect(await readFaces(nets, pyramidOf(two))).toHaveLength(2);
    const grey = new Uint8Array(640 * 480 * 4).fill(130);
    expect(await nets.detect(pyramidOf({ width: 640, height: 480, data: grey }))).toEqual([]);
  });
});

describe('landmarks', () => {
  test('lie on the face, and hardly differ from those of the mirrored picture', async () => {
    const landmarks = await landmarksOf(face);
    expect(landmarks.score).toBeGreaterThan(0.9);
    expect(landmarks.asymmetry).toBeLessThan(0.02);
    expect(landmarks.asymmetry).toBeGreaterThan(0);
    const [right, left, mouth, chin, brow] = [33, 263, 13, 152, 10].map((i) => point(landmarks, i));
    expect(right![0]).toBeLessThan(left![0] - 40);
    expect(mouth![1]).toBeLessThan(chin![1]);
    expect(brow![1]).toBeLessThan(right![1]);
    // The tip of the nose is nearer than the ear's side.
    expect(landmarks.points[3 * 4 + 2]).toBeLessThan(landmarks.points[3 * 234 + 2]!);
  });

  test('move with the picture: moved, mirrored, upside down', async () => {
    const start = await landmarksOf(face);
    const { mirror } = await readFaceTopology(facesAsset());
    const moved = await landmarksOf(placed(face, [420, 330], [70, 50]));
    expect(meanDistance(moved, (i) => [point(start, i)[0] + 70, point(start, i)[1] + 50])).toBeLessThan(1);
    const other = await landmarksOf(mirrored(face));
    expect(meanDistance(other, (i) => [320 - point(start, mirror[i]!)[0], point(start, mirror[i]!)[1]])).toBeLessThan(
      1,
    );
    const down = await landmarksOf(turned(turned(face)));
    expect(meanDistance(down, (i) => [320 - point(start, i)[0], 256 - point(start, i)[1]])).toBeLessThan(1);
    expect(Math.abs(Math.abs(down.region.angle - start.region.angle) - Math.PI)).toBeLessThan(0.05);
  });

  test('quick: one look from the frame before', async () => {
    const start = await landmarksOf(face);
    const next = await nets.landmarks(pyramidOf(face), start, { quick: true });
    expect(meanDistance(next!, (i) => point(start, i))).toBeLessThan(1.5);
  });

  test('there are none where there is no face', async () => {
    const nothing = {
      score: 1,
      box: { cx: 20, cy: 20, width: 30, height: 30 },
      points: Float32Array.of(15, 15, 25, 15, 20, 20, 20, 25, 10, 15, 30, 15),
    };
    expect(await nets.landmarks(pyramidOf(face), nothing)).toBeNull();
  });
});

test('the matte holds head and shoulders, not the ground', async () => {
  const matte = await nets.matte(pyramidOf(face), { cx: 160, cy: 128, side: 256, angle: 0 });
  const at = (x: number, y: number): number => matte[y * 256 + x - 32]!;
  expect(Math.min(at(170, 100), at(170, 170), at(150, 60), at(190, 250))).toBeGreaterThan(0.9);
  expect(Math.max(at(50, 20), at(280, 20), at(50, 150), at(270, 100))).toBeLessThan(0.1);
});

test('the descriptor is nearer to the same head mirrored than to none', async () => {
  const describeIn = async (picture: typeof face): Promise<Float32Array> =>
    nets.describe!(pyramidOf(picture), await landmarksOf(picture));
  const [a, b] = [await describeIn(face), await describeIn(mirrored(face))];
  expect(a).toHaveLength(128);
  expect(Math.hypot(...a.map((value, i) => value - b[i]!))).toBeLessThan(0.45);
});

describe('files', () => {
  test('without its files there is no descriptor', async () => {
    const bare = await openFaceNets({ execution: await cpu(), asset: facesAsset() });
    expect(bare.describe).toBeNull();
    await bare.dispose();
  });

  test('another file is refused, with what to take instead', async () => {
    const header = new TextEncoder().encode('{"__metadata__":{"format":"personalized-head/base","version":"1"}}');
    const bytes = new Uint8Array(8 + header.length);
    new DataView(bytes.buffer).setBigUint64(0, BigInt(header.length), true);
    bytes.set(header, 8);
    const opening = openFaceNets({ execution: await cpu(), asset: bytesSource(bytes) });
    await expect(opening).rejects.toMatchObject({ code: 'faces/format' });
    await expect(opening).rejects.toThrow('assets/faces.safetensors');
  });
});
