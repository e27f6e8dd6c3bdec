import { afterAll, describe, expect, test } from '@jest/globals';
import { FreeCamera } from '@babylonjs/core/Cameras/freeCamera.js';
import { NullEngine } from '@babylonjs/core/Engines/nullEngine.js';
import { Matrix, Vector3 } from '@babylonjs/core/Maths/math.vector.js';
import { TransformNode } from '@babylonjs/core/Meshes/transformNode.js';
import { Viewport } from '@babylonjs/core/Maths/math.viewport.js';
import { Scene } from '@babylonjs/core/scene.js';
import {
  headFromWorld,
  headView,
  mirrorOf,
  quadPoint,
  worldFromHead,
  type HeadExtent,
  type HeadView,
  type Point,
} from '../../../plugin/image/headCamera.js';
import { expectClose } from '../../harness/compare.js';

const extent: HeadExtent = { radius: 0.375, half: [0.375, 0.33, 0.375] };
const engine = new NullEngine();
afterAll(() => engine.dispose());

const subtract = (a: Point, b: Point): Point => [a[0] - b[0], a[1] - b[1], a[2] - b[2]];

/** Points on and in the head: nose, ears, crown, chin, and some of no meaning. */
const points: Point[] = [
  [0, 0, 0.15],
  [0.12, 0, 0],
  [-0.12, 0, 0],
  [0, 0.25, -0.02],
  [0.01, -0.2, 0.08],
  [0.2, -0.25, -0.1],
  [-0.05, 0.1, -0.2],
];

/** Where the virtual camera sees a point: u, v from the top left corner, and the distance along its ray. */
function seen({ camera, eye }: HeadView, point: Point): { u: number; v: number; t: number } {
  const d = subtract(point, eye);
  const m = camera.cam2world;
  const axis = (i: number): number => m[i]! * d[0] + m[i + 4]! * d[1] + m[i + 8]! * d[2];
  const k = camera.intrinsics;
  return { u: (k[0]! * axis(0)) / axis(2) + k[2]!, v: (k[4]! * axis(1)) / axis(2) + k[5]!, t: Math.hypot(...d) };
}

interface Setting {
  readonly rightHanded: boolean;
  readonly eye: Vector3;
  readonly place: (node: TransformNode) => void;
}

/** Shows the head's points both ways and compares pixels of a 1000 x 1000 screen. */
function compare({ rightHanded, eye, place }: Setting): HeadView {
  const scene = new Scene(engine);
  scene.useRightHandedSystem = rightHanded;
  const node = new TransformNode('head', scene);
  place(node);
  const camera = new FreeCamera('camera', eye, scene);
  // Not quite at the head: the virtual camera looks at it, the scene's own need not.
  camera.setTarget(node.getAbsolutePosition().add(new Vector3(0.03, -0.05, 0.02)));
  camera.minZ = 0.01;
  scene.updateTransformMatrix(true);
  const transform = scene.getTransformMatrix();
  const world = node.computeWorldMatrix(true).asArray();
  const mirror = mirrorOf(rightHanded);
  const project = (point: Point): number[] =>
    Vector3.Project(
      new Vector3(...worldFromHead(point, world, mirror)),
      Matrix.IdentityReadOnly,
      transform,
      new Viewport(0, 0, 1000, 1000),
    ).asArray();

  const { x, y, z } = camera.globalPosition;
  const view = headView(headFromWorld([x, y, z], world, mirror)!, extent);
  for (const point of points) {
    const { u, v, t } = seen(view, point);
    const onQuad = quadPoint(view, u, v);
    expectClose(project(onQuad).slice(0, 2), project(point).slice(0, 2), 1e-2, `pixel of ${point.join(', ')}`);
    const ray = subtract(onQuad, view.eye);
    const length = Math.hypot(...ray);
    const back = ray.map((value, i) => view.eye[i]! + (value / length) * t);
    expectClose(back, point, 1e-9, 'point from depth');
  }
  scene.dispose();
  return view;
}

const tilted = (node: TransformNode): void => {
  const parent = new TransformNode('parent', node.getScene());
  parent.position.set(3, -1, 2);
  parent.rotation.set(0.4, -1.1, 0.3);
  parent.scaling.setAll(25);
  node.parent = parent;
  node.rotation.set(-0.2, 0.5, 0.1);
  node.position.set(0.1, 0.2, -0.3);
};

describe('headView', () => {
  test('the quad looks like the head from where the scene camera stands', () => {
    const still = (): void => undefined;
    for (const rightHanded of [false, true]) {
      compare({ rightHanded, eye: new Vector3(0, 0.1, -1.4), place: still });
      compare({ rightHanded, eye: new Vector3(0.7, 0.6, 0.9), place: still });
      compare({ rightHanded, eye: new Vector3(-8, 3, -30), place: tilted });
    }
  });

  test('parents that mirror or stretch are seen exactly too', () => {
    const stretched = (node: TransformNode): void => void node.scaling.set(1, 1.5, -0.7);
    compare({ rightHanded: false, eye: new Vector3(0.3, 0.1, -1.4), place: stretched });
  });

  test('a head faces the default camera, its left on the right of the picture', () => {
    for (const rightHanded of [false, true]) {
      const mirror = mirrorOf(rightHanded);
      const identity = Matrix.Identity().asArray();
      expect(headFromWorld([0, 0, mirror], identity, mirror)).toEqual([0, 0, 1]);
      const view = headView([0, 0, 1], extent);
      expect(seen(view, [0.1, 0, 0]).u).toBeGreaterThan(0.5);
      expect(seen(view, [0, 0.1, 0]).v).toBeLessThan(0.5);
    }
  });

  test('the sphere fills the picture, and the box lies between the bounds', () => {
    const view = headView([0, 0, 2], extent);
    const edge = Math.asin(extent.radius / 2);
    const tangent: Point = [extent.radius * Math.cos(edge), 0, extent.radius * Math.sin(edge)];
    expect(seen(view, tangent).u).toBeCloseTo(1, 9);
    const reach = Math.hypot(...extent.half);
    expect(view.bounds).toEqual({ start: 2 - reach, end: 2 + reach, crop: extent.half });
  });

  test.each([
    ['inside the sphere', [0.1, 0.05, 0.2]],
    ['in the middle', [0, 0, 0]],
    ['straight above', [0, 1.5, 0]],
    ['straight below', [0, -1.5, 0]],
    ['on the sphere', [0, 0, 0.375]],
    ['very far', [4e4, 1e4, 7e4]],
  ] as [string, Point][])('a camera %s gets a sane answer', (_, eye) => {
    const { camera, bounds, right, down } = headView(eye, extent);
    const numbers = [...camera.cam2world, ...camera.intrinsics, bounds.start, bounds.end, ...right, ...down];
    expect(numbers.every(Number.isFinite)).toBe(true);
    expect(bounds.start).toBeGreaterThan(0);
    expect(bounds.end).toBeGreaterThan(bounds.start);
    expect(camera.intrinsics[0]!).toBeGreaterThan(0.2);
  });

  test('from straight above it is the limit of the view from the front', () => {
    const above = headView([0, 1.5, 0], extent).camera.cam2world;
    expectClose(above, headView([0, 1.5, 1e-4], extent).camera.cam2world, 1e-3, 'above');
  });
});

test('a matrix that flattens space has no way back', () => {
  expect(headFromWorld([1, 2, 3], Matrix.Scaling(1, 0, 1).asArray(), -1)).toBeNull();
});
