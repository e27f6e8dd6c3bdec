import { describe, expect, test } from '@jest/globals';
import { readPhotoSet } from '../../../personalize/photos/photoSet.js';
import { blindCameras } from '../../../personalize/photos/sight.js';
import { cameraFromLabel, type Camera } from '../../../runtime/camera/camera.js';
import { labelAt, setOf } from './pictures.js';

/** From yaw and pitch in degrees, `distance` away, EG3D's focal length for it. */
function at(yaw: number, pitch: number, distance = 2.7): Camera {
  const [a, b] = [(yaw * Math.PI) / 180, (pitch * Math.PI) / 180];
  const label = labelAt(
    distance * Math.sin(a) * Math.cos(b),
    distance * Math.sin(b),
    distance * Math.cos(a) * Math.cos(b),
  );
  const { cam2world, intrinsics } = cameraFromLabel(label);
  const focal = (4.2647 * distance) / 2.7;
  return { cam2world, intrinsics: intrinsics.map((value, i) => (i === 0 || i === 4 ? focal : value)) };
}

/** Written as other programs do. */
const openGl = ({ cam2world: m, intrinsics }: Camera): Camera => ({
  cam2world: m.map((value, i) => (i < 12 && [1, 2].includes(i % 4) ? -value : value)),
  intrinsics,
});
function worldToCamera({ cam2world: m, intrinsics }: Camera): Camera {
  const out = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1];
  for (let i = 0; i < 3; i++) {
    for (let j = 0; j < 3; j++) {
      out[4 * i + j] = m[4 * j + i]!;
      out[4 * i + 3]! -= m[4 * j + i]! * m[4 * j + 3]!;
    }
  }
  return { cam2world: out, intrinsics };
}
const cornered = ({ cam2world, intrinsics }: Camera): Camera => ({
  cam2world,
  intrinsics: intrinsics.map((value, i) => ([2, 5].includes(i) ? 0 : value)),
});

const set = [at(0, 0), at(25, 5), at(-40, -10), at(60, 20), at(3, 25), at(-4, 0, 0.9), at(10, -20, 1.3)];

describe('cameras that do not see the face', () => {
  test('cameras as they are meant all see it', () => {
    expect(blindCameras(set).size).toBe(0);
  });

  test.each([
    ['OpenGL axes', openGl, /^the camera does not see the face: the head lies behind the camera\. .*OpenGL.*negate/],
    ['principal point 0, 0', cornered, /0\.00, 0\.00 of the picture.*principal point/],
    ['OpenGL axes and principal point 0, 0', (camera: Camera) => cornered(openGl(camera)), /OpenGL.*principal point/],
  ])('%s', (_, write, reason) => {
    const said = blindCameras(set.map(write));
    expect(said.size).toBe(set.length);
    for (const text of said.values()) expect(text).toMatch(reason);
  });

  test('an inverted set is refused as a whole, although its front views see the face by chance', () => {
    const said = blindCameras(set.map(worldToCamera));
    expect(said.size).toBe(set.length);
    for (const text of said.values()) expect(text).toMatch(/world2cam: invert it\.$/);
  });

  test('inverted OpenGL cameras', () => {
    // What OpenGL calls a view matrix.
    const said = blindCameras(set.map((camera) => worldToCamera(openGl(camera))));
    expect(said.size).toBe(set.length);
    for (const text of said.values()) expect(text).toMatch(/OpenGL.*invert it\.$/);
  });

  test('one wrong camera among good ones is the only one', () => {
    const said = blindCameras([...set, openGl(at(30, 0))]);
    expect([...said.keys()]).toEqual([set.length]);
    expect(said.get(set.length)).toMatch(/OpenGL/);
  });

  test.each([
    ['from behind', at(180, 0), /stands behind the head/],
    ['in millimetres', cameraFromLabel(labelAt(0, 0, 2700)), /pictures tall/],
  ])('%s no guess is made', (_, camera, reason) => {
    expect(blindCameras([camera]).get(0)).toMatch(reason);
  });

  test('a set names each photo', async () => {
    const label = (camera: Camera): number[] => [...camera.cam2world, ...camera.intrinsics].map((value) => value + 0);
    const { photos, problems } = await readPhotoSet(
      setOf([
        ['a.jpg', label(set[1]!)],
        ['b.jpg', label(openGl(set[1]!))],
      ]),
    );
    expect(photos.map(({ name }) => name)).toEqual(['a.jpg']);
    expect(problems).toEqual([{ name: 'b.jpg', reason: expect.stringContaining('OpenGL') }]);
  });
});
