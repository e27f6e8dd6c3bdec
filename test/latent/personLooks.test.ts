import { describe, expect, test } from '@jest/globals';
import { cameraLabel } from '../../runtime/camera/camera.js';
import { lookAt } from '../../runtime/camera/lookAt.js';
import type { Tensor } from '../../runtime/core/tensor.js';
import { nearestAnchor } from '../../runtime/latent/alpha/nearestAnchor.js';
import { filmLooks, measuredPath } from '../../runtime/latent/measuredPath.js';
import { latentDistance, lookPath, type PathPoint } from '../../runtime/latent/path.js';
import { anchorLook, anchorLooks, requireVaried } from '../../runtime/latent/personLooks.js';
import { anchorsAt, vector } from './alphaFixtures.js';

const cameras = [-1, 0, 1].map((x) => lookAt([x, 0, 2], [0, 0, 0], 4));
const labels: Tensor = {
  dims: [3, 25],
  data: Float32Array.from(cameras.flatMap((camera) => [...cameraLabel(camera)])),
};

function person(points: readonly (readonly number[])[], withCameras = true) {
  const { ws } = anchorsAt(...points);
  return {
    tensors: new Map<string, Tensor>([['anchors', ws], ...(withCameras ? [['cameras', labels] as const] : [])]),
  };
}

const three = person([
  [0, 0],
  [2, 0],
  [2, 6],
]);

describe('looks of anchors', () => {
  test('have the anchor in every layer and the camera of its photo', () => {
    const { ws, camera } = anchorLook(three, 2, 3);
    expect([ws.dims, [...ws.data]]).toEqual([
      [3, 2],
      [2, 6, 2, 6, 2, 6],
    ]);
    camera!.cam2world.forEach((value, i) => expect(value).toBeCloseTo(cameras[2]!.cam2world[i]!, 6));
    expect(
      anchorLook(
        person(
          [
            [1, 2],
            [3, 4],
          ],
          false,
        ),
        0,
        1,
      ).camera,
    ).toBeUndefined();
  });

  test.each([3, -1, 0.5])('%d is no anchor of three', (index) => {
    expect(() => anchorLook(three, index, 1)).toThrow(/expected one of 0 to 2/);
  });

  test('one anchor, the same ones, or one and the same twice lead nowhere', () => {
    expect(() => anchorLooks(person([[1, 2]], false), [0, 0], 1)).toThrow(/at least two different anchors, got one/);
    expect(() =>
      anchorLooks(
        person(
          [
            [1, 2],
            [1, 2],
          ],
          false,
        ),
        [0, 1],
        1,
      ),
    ).toThrow(/got 2 that are all the same/);
    expect(() => anchorLooks(three, [1, 1], 1)).toThrow(/got 1, 1, which have the same latent/);
    expect(() => anchorLooks(three, [1], 1)).toThrow(/two different anchors, got 1\./);
    expect(() => requireVaried(anchorsAt([1, 2]), 'sample')).toThrow(/^sample: .*Personalize with more/);
  });
});

describe('films', () => {
  const looks = anchorLooks(three, [0, 1, 2], 1);

  test('go evenly in the latent, both ends included', () => {
    const film = filmLooks(lookPath(looks), 9);
    expect(film[0]!.ws).toEqual(looks[0]!.ws);
    expect(film[8]!.ws).toEqual(looks[2]!.ws);
    for (let i = 1; i < film.length; i++) expect(latentDistance(film[i - 1]!, film[i]!)).toBeCloseTo(1, 5);
    expect(() => filmLooks(lookPath(looks), 1)).toThrow(/from 2, got 1/);
  });

  test('go evenly in what is measured: a face that changes as the square of the latent', async () => {
    const read = ({ ws }: PathPoint) => Promise.resolve(ws.data[0]! ** 2);
    const fractions: number[] = [];
    const path = await measuredPath(looks.slice(0, 2), {
      pieces: 50,
      read,
      distance: (a, b) => Math.abs(a - b),
      onProgress: (fraction) => fractions.push(fraction),
    });
    const faces = await Promise.all(filmLooks(path, 5).map(read));
    faces.forEach((face, i) => expect(face).toBeCloseTo(i, 1));
    expect([fractions.length, fractions.at(-1)]).toEqual([51, 1]);
  });
});

test('the nearest anchor and its distance, root mean square over layers', () => {
  const anchors = anchorsAt([0, 0], [2, 0], [2, 6]);
  expect(nearestAnchor(anchors, vector([2, 5]))).toEqual({ index: 2, distance: 1 });
  const layered = { dims: [2, 2], data: Float32Array.from([2, 0, 2, 2]) };
  expect(nearestAnchor(anchors, layered)).toEqual({ index: 1, distance: expect.closeTo(Math.SQRT2, 6) });
});
