import type { Camera } from '../../runtime/camera/camera.js';

/** In the head's frame the head's middle is the origin, the face looks along +z, and a head is about this tall. */
const headHeight = 0.5;
/** Where in the picture the head's middle may be, in sides; crops of faces have it within a few hundredths of 0.5. */
const [nearest, farthest] = [0.1, 0.9];
/** How tall the head may be in the picture, in sides: 0.8 in EG3D's crops. */
const [smallest, largest] = [0.08, 8];
/** Cosine of the largest yaw: beyond the profile there is no face to see. */
const leastFront = -0.2;

/** What hides the head from a camera; null where the camera sees the face. */
function hidden({ cam2world: m, intrinsics }: Camera): string | null {
  const position = [m[3]!, m[7]!, m[11]!];
  const [x, y, z] = [0, 1, 2].map((axis) => [0, 1, 2].reduce((sum, k) => sum - m[4 * k + axis]! * position[k]!, 0)) as [
    number,
    number,
    number,
  ];
  const distance = Math.hypot(...position);
  if (!(z > 0)) return 'the head lies behind the camera';
  if (position[2]! < leastFront * distance) return 'the camera stands behind the head';
  const u = (intrinsics[0]! * x + intrinsics[1]! * y) / z + intrinsics[2]!;
  const v = (intrinsics[4]! * y) / z + intrinsics[5]!;
  if (![u, v].every((at) => at >= nearest && at <= farthest)) {
    return `the head’s middle is at ${u.toFixed(2)}, ${v.toFixed(2)} of the picture, not near its middle`;
  }
  const height = (intrinsics[4]! * headHeight) / z;
  if (height < smallest || height > largest) return `the head would be ${height.toPrecision(2)} pictures tall`;
  return null;
}

/** y and z of the camera turned about: OpenGL's axes for OpenCV's. */
const turned = ({ cam2world, intrinsics }: Camera): Camera => ({
  cam2world: cam2world.map((value, i) => (i < 12 && (i % 4 === 1 || i % 4 === 2) ? -value : value)),
  intrinsics,
});

function inverted({ cam2world: m, intrinsics }: Camera): Camera {
  const rows = [0, 1, 2].flatMap((i) => [
    ...[0, 1, 2].map((j) => m[4 * j + i]!),
    -[0, 1, 2].reduce((sum, k) => sum + m[4 * k + i]! * m[4 * k + 3]!, 0),
  ]);
  return { cam2world: [...rows, 0, 0, 0, 1], intrinsics };
}

const centred = ({ cam2world, intrinsics }: Camera): Camera => ({
  cam2world,
  intrinsics: intrinsics.map((value, i) => (i === 2 || i === 5 ? 0.5 : value)),
});

/** What exporters do otherwise, how it is undone, and what to tell. */
const mistakes: readonly (readonly [undo: (camera: Camera) => Camera, remedy: string])[] = [
  [turned, 'The axes look like OpenGL’s: turn y and z about (negate the second and third columns of cam2world).'],
  [centred, 'Write the principal point in units of the image side, about 0.5, 0.5.'],
  [inverted, 'The matrix looks like world2cam: invert it.'],
];

/** One mistake, else two, else all three; the matrix is inverted before its axes are turned. */
const guesses = mistakes
  .flatMap((one, i) => [[one], ...mistakes.slice(i + 1).map((other) => [one, other])])
  .concat([[...mistakes]])
  .sort((a, b) => a.length - b.length)
  .map((each) => ({
    undo: (camera: Camera) => [...each].reverse().reduce((undone, [undo]) => undo(undone), camera),
    remedy: each.map(([, remedy]) => remedy).join(' '),
  }));

/**
 * Finds cameras that do not see the face, and what the one who wrote them did otherwise. Where undoing it makes every camera
 * of the set see the face, all are wrong: an inverted camera that is in front sees the face by chance.
 * @returns why, with the remedy, by the camera's place in the list
 */
export function blindCameras(cameras: readonly Camera[]): ReadonlyMap<number, string> {
  const blind = cameras.flatMap((camera, i) => {
    const why = hidden(camera);
    return why === null ? [] : [[i, why] as const];
  });
  if (blind.length === 0) return new Map();
  const common = guesses.find(({ undo }) => cameras.every((camera) => hidden(undo(camera)) === null));
  const said = new Map<number, string>();
  const reason = (why: string, remedy: string): string => `the camera does not see the face: ${why}. ${remedy}`;
  for (const [i, why] of blind) {
    const own = common ?? guesses.find(({ undo }) => hidden(undo(cameras[i]!)) === null);
    said.set(
      i,
      reason(why, own?.remedy ?? 'The head’s middle is the origin and its face looks along z: write its pose so.'),
    );
  }
  if (common) {
    cameras.forEach((_, i) => {
      if (!said.has(i)) said.set(i, reason('the others of the file do not', common.remedy));
    });
  }
  return said;
}
