import { describe, expect, test } from '@jest/globals';
import { cameraFromLabel, cameraLabel } from '../../runtime/camera/camera.js';
import { focalFromFov, frontalCamera, lookAt, orbitCamera } from '../../runtime/camera/lookAt.js';
import { NumericError, ShapeError } from '../../runtime/core/errors.js';
import { manifest } from '../core/manifest.js';
import { expectClose } from '../harness/compare.js';
import { golden } from '../harness/npz.js';
import { tinyBase } from '../network/tinyBase.js';

const label = (name: string) => golden('tiny_main').get(`c_${name}`)!.data;

describe("EG3D's cameras", () => {
  test.each(['A', 'B', 'c_cond'] as const)('%s', async (name) => {
    const { yaw, pitch } = manifest.cameras[name];
    const config = { ...(await tinyBase()).config.camera, focal: focalFromFov(18.837) };
    const camera = orbitCamera(config, yaw, pitch);
    // One unit in float32's last place at 2.7, the distance.
    expectClose(cameraLabel(camera), label(name.replace('c_', '')), 2.4e-7, name);
    if (yaw === 0 && pitch === 0) expect(frontalCamera(config)).toEqual(camera);
  });

  test('the radius can be chosen', async () => {
    const { camera } = (await tinyBase()).config;
    const { cam2world: m } = orbitCamera(camera, 0.4, 0.1, 5);
    expect(Math.hypot(m[3]!, m[7]!, m[11]!)).toBeCloseTo(5, 12);
  });

  test('beyond the poles the pitch stops', async () => {
    const { camera } = (await tinyBase()).config;
    expect(orbitCamera(camera, 0.3, 9)).toEqual(orbitCamera(camera, 0.3, Math.PI / 2));
  });
});

describe('labels', () => {
  test.each(['A', 'B', 'cond'])('c_%s there and back', (name) => {
    expect(cameraLabel(cameraFromLabel(label(name)))).toEqual(label(name));
  });

  const changed = (index: number, value: number) => Array.from(label('A')).map((old, i) => (i === index ? value : old));
  const flat = Array.from(label('A')).map((old, i) => (i < 4 ? 0 : old));

  test.each([
    ['24 numbers', label('A').slice(1), ShapeError, 'expected 25 numbers'],
    ['no numbers', [], ShapeError, 'got 0'],
    ['NaN', changed(7, NaN), NumericError, 'number 7 of 25 is NaN'],
    ['infinity', changed(24, -Infinity), NumericError, 'number 24 of 25 is -Infinity'],
    ['a singular rotation', flat, NumericError, 'rotation is singular'],
    ['no focal length across', changed(16, 0), NumericError, 'focal length is 0'],
    ['no focal length down', changed(20, 0), NumericError, 'focal length is 0'],
  ])('%s', (_, numbers, kind, message) => {
    expect(() => cameraFromLabel(numbers, 'here')).toThrow(kind);
    expect(() => cameraFromLabel(numbers, 'here')).toThrow(message);
    expect(() => cameraFromLabel(numbers, 'here')).toThrow(/^here: /);
  });
});

describe('lookAt', () => {
  test('the axes of OpenCV: right, down, forward', () => {
    const { cam2world: m } = lookAt([0, 0, 2], [0, 0, 0], 1);
    expect(m.map((value) => value + 0)).toEqual([1, 0, 0, 0, 0, -1, 0, 0, 0, 0, -1, 2, 0, 0, 0, 1]);
  });

  test('is a rotation from anywhere', () => {
    const { cam2world: m } = lookAt([1, -2, 0.5], [0.3, 0.2, 0.1], 1);
    for (let i = 0; i < 3; i++) {
      for (let j = 0; j < 3; j++) {
        const dot = [0, 4, 8].reduce((sum, row) => sum + m[row + i]! * m[row + j]!, 0);
        expect(dot).toBeCloseTo(i === j ? 1 : 0, 12);
      }
    }
  });

  test.each([
    ['straight down', [0, 2, 0], [0, 0, 0], 'straight up or down'],
    ['straight up', [0.1, -2, 0.2], [0.1, 4, 0.2], 'straight up or down'],
    ['at itself', [1, 2, 3], [1, 2, 3], 'stands in the point it looks at'],
    ['from nowhere', [NaN, 0, 1], [0, 0, 0], 'Move the camera'],
  ] as const)('looking %s', (_, position, target, message) => {
    expect(() => lookAt(position, target, 1)).toThrow(NumericError);
    expect(() => lookAt(position, target, 1)).toThrow(message);
  });
});
