import { describe, expect, test } from '@jest/globals';
import { cameraPitch, cameraYaw, parsePhotoInfo, readPhotoInfo } from '../../../personalize/photos/photoInfo.js';
import { cameraFromLabel } from '../../../runtime/camera/camera.js';
import { lookAt } from '../../../runtime/camera/lookAt.js';
import { AssetError } from '../../../runtime/core/errors.js';
import { MemoryFiles, utf8 } from './pictures.js';

const info = (...images: unknown[]): string => JSON.stringify({ person: 'X', images });

describe('readPhotoInfo', () => {
  test('reads what is said and leaves the rest open', async () => {
    const text = info(
      {
        name: 'twin/3.jpg',
        split: 'twin',
        expression: { smile_toothy: 0.5 },
        yaw_deg: -15,
        twin_of: 'test/3.jpg',
        light: 2,
        grid: true,
        gaze_deg: [1, 2],
      },
      { name: 'test/4.jpg' },
    );
    const infos = await readPhotoInfo(new MemoryFiles(new Map([['info.json', utf8(text)]])));
    expect([...infos]).toEqual([
      [
        'twin/3.jpg',
        {
          split: 'twin',
          expression: { smile_toothy: 0.5 },
          yawDegrees: -15,
          twinOf: 'test/3.jpg',
          light: 2,
          grid: true,
        },
      ],
      ['test/4.jpg', { split: null, expression: {}, yawDegrees: null, twinOf: null, light: null, grid: false }],
    ]);
  });

  test('a set need not have it', async () => {
    expect((await readPhotoInfo(new MemoryFiles(new Map()))).size).toBe(0);
    expect(parsePhotoInfo('{}').size).toBe(0);
  });

  test.each<[string, string, RegExp]>([
    ['no object', '[]', /info\.json: expected an object/],
    ['images is no list', '{"images": {}}', /images/],
    ['an image without a name', info({ split: 'test' }), /images\[0\]\.name/],
    ['a strength that is a text', info({ name: 'a', expression: { smile: 'much' } }), /expression\.smile/],
    ['a strength of NaN', '{"images": [{"name": "a", "expression": {"smile": NaN}}]}', /expression\.smile/],
    ['a name twice', info({ name: 'a' }, { name: 'a' }), /twice/],
  ])('%s is said', (_, text, message) => {
    expect(() => parsePhotoInfo(text)).toThrow(AssetError);
    expect(() => parsePhotoInfo(text)).toThrow(message);
  });
});

describe('angles of the camera', () => {
  test.each([
    [0, 0],
    [35, 0],
    [-60, 10],
    [0, -20],
    [120, 40],
  ])('yaw %i°, pitch %i°', (yawDegrees, pitchDegrees) => {
    const [yaw, pitch] = [(yawDegrees * Math.PI) / 180, (pitchDegrees * Math.PI) / 180];
    const eye = [Math.sin(yaw) * Math.cos(pitch), Math.sin(pitch), Math.cos(yaw) * Math.cos(pitch)] as const;
    const camera = lookAt([2.7 * eye[0], 2.7 * eye[1], 2.7 * eye[2]], [0, 0, 0], 4.2647);
    expect(cameraYaw(camera)).toBeCloseTo(yaw, 6);
    expect(cameraPitch(camera)).toBeCloseTo(pitch, 6);
  });

  test('of a rendered photo whose angle is known: 15° to the person’s left', () => {
    const label = [
      [0.96592583, 0, -0.25881905, 0.69881142, 0, -1, 0, 0, -0.25881905, 0, -0.96592583, 2.60799973, 0, 0, 0, 1],
      [4.2647, 0, 0.5, 0, 4.2647, 0.5, 0, 0, 1],
    ].flat();
    expect((cameraYaw(cameraFromLabel(label)) * 180) / Math.PI).toBeCloseTo(15, 4);
  });
});
