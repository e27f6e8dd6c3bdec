import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { HeadShape } from '../../../../personalize/photos/cameras/headShape.js';
import { rotationFromAngles } from '../../../../personalize/photos/cameras/viewAngles.js';
import type { FittedView } from '../../../../personalize/photos/cameras/view.js';
import type { UprightPhoto } from '../../../../personalize/photos/decode/uprightPhoto.js';
import type { FaceNets } from '../../../../personalize/photos/faces/faceNets.js';
import { makePyramid } from '../../../../personalize/photos/faces/bitmapPyramid.js';
import { readFaces } from '../../../../personalize/photos/faces/readFaces.js';
import { PhotoPreparation } from '../../../../personalize/photos/prepare/photoPreparation.js';
import type { PreparedPhotos } from '../../../../personalize/photos/prepare/preparedPhotos.js';
import type { PhotoReport } from '../../../../personalize/photos/prepare/report.js';
import { preparedSide, rawPeople, rawPhotos, type RawPhoto } from '../raw/rawPhotos.js';
import { blurred, changed, painted, realNets, shrunk, upright } from './rawSets.js';
import { plainAngle, viewErrors, type ViewError } from './viewErrors.js';

let nets: FaceNets;
let shape: HeadShape;
const raw = new Map<string, RawPhoto[]>();
const photos = new Map<string, UprightPhoto[]>();
const sessions = new Map<string, PhotoPreparation>();
const prepared = new Map<string, PreparedPhotos>();

beforeAll(async () => {
  ({ nets, shape } = await realNets());
  for (const person of rawPeople) {
    raw.set(person, [...rawPhotos(person)]);
    photos.set(person, []);
    const session = new PhotoPreparation({ nets, shape });
    for (const photo of raw.get(person)!) {
      const decoded = await upright(photo);
      photos.get(person)!.push(decoded);
      await session.add(decoded);
    }
    sessions.set(person, session);
    prepared.set(person, await session.finish());
  }
});
afterAll(() => nets.dispose());

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1]!;
const of = (report: PreparedPhotos, file: string): PhotoReport =>
  report.report.photos.find((one) => one.file === file)!;
const codes = (report: PhotoReport): string[] =>
  report.reasons.filter(({ severity }) => severity === 'refuse').map(({ code }) => code);

/** The view that a report tells: crop and angles hold all of it. */
function viewOf({ yaw, pitch, roll, distance, crop }: PhotoReport): FittedView {
  return {
    rotation: rotationFromAngles(yaw!, pitch!, roll!),
    distance: distance!,
    side: crop!.side,
    center: [crop!.cx, crop!.cy],
    error: 0,
  };
}

test('the face is found in at least 97 % of the photos, and at most two that the landmark net misreads are left out', () => {
  const all = rawPeople.flatMap((person) => prepared.get(person)!.report.photos);
  expect(all.length).toBe(36);
  expect(all.filter(({ yaw }) => yaw !== null).length / all.length).toBeGreaterThanOrEqual(0.97);
  const out = all.filter(({ kept }) => !kept);
  expect(out.length).toBeLessThanOrEqual(2);
  for (const report of out) expect(codes(report)).toContain('asymmetric');
});

test('cameras are the true ones', () => {
  const errors: ViewError[] = [];
  const plain: { yaw: number; angle: number }[] = [];
  for (const person of rawPeople) {
    const kept = prepared.get(person)!.report.photos.filter((photo) => photo.kept);
    const truth = kept.map(({ file }) => raw.get(person)!.find(({ name }) => name === file)!.truth.view);
    const views = kept.map(viewOf);
    const own = viewErrors(views, truth);
    errors.push(...own);
    plain.push(...own.map(({ yaw }, i) => ({ yaw, angle: plainAngle(views[i]!, truth[i]!) })));
  }
  const angles = (from: number, to: number): number =>
    median(errors.filter(({ yaw }) => Math.abs(yaw) >= from && Math.abs(yaw) < to).map(({ angle }) => angle));
  expect(angles(0, 30)).toBeLessThan(3.5);
  expect(angles(30, 45.5)).toBeLessThan(5.5);
  expect(median(errors.map(({ origin }) => origin))).toBeLessThan(0.01);
  expect(median(errors.map(({ scale }) => scale))).toBeLessThan(0.03);
  // What landmarks cannot know is left to the person's shared motion.
  expect(median(plain.filter(({ yaw }) => Math.abs(yaw) < 30).map(({ angle }) => angle))).toBeLessThan(7);
});

test('mattes are the true outlines', () => {
  const ious = rawPeople.flatMap((person) => {
    const { photos: kept, report } = prepared.get(person)!;
    return kept.map((photo) => {
      const { file, crop } = report.photos.find(({ image }) => image === photo.name)!;
      const { square, mask } = raw.get(person)!.find(({ name }) => name === file)!.truth;
      const side = photo.mask!.dims[1]!;
      const angle = (crop!.angle * Math.PI) / 180;
      let [both, either] = [0, 0];
      for (let i = 0; i < side * side; i++) {
        const u = (((i % side) + 0.5) / side - 0.5) * crop!.side;
        const v = ((Math.floor(i / side) + 0.5) / side - 0.5) * crop!.side;
        const dx = crop!.cx + Math.cos(angle) * u - Math.sin(angle) * v - square.cx;
        const dy = crop!.cy + Math.sin(angle) * u + Math.cos(angle) * v - square.cy;
        const qx = Math.floor(
          ((Math.cos(square.angle) * dx + Math.sin(square.angle) * dy) / square.side + 0.5) * preparedSide,
        );
        const qy = Math.floor(
          ((Math.cos(square.angle) * dy - Math.sin(square.angle) * dx) / square.side + 0.5) * preparedSide,
        );
        const isIn = qx >= 0 && qy >= 0 && qx < preparedSide && qy < preparedSide;
        const truth = isIn && mask[qy * preparedSide + qx]! > 127;
        const found = photo.mask!.data[i]! > 0.5;
        if (truth && found) both++;
        if (truth || found) either++;
      }
      return both / either;
    });
  });
  expect(ious.length).toBeGreaterThanOrEqual(34);
  expect(median(ious)).toBeGreaterThan(0.97);
});

describe('photos that are no good are left out, and said why', () => {
  const frontal = 'A-05.jpg';
  let result: PreparedPhotos;
  beforeAll(async () => {
    const photo = photos.get('A')!.find(({ name }) => name === frontal)!;
    const { square } = raw.get('A')!.find(({ name }) => name === frontal)!.truth;
    // A blur of one pixel of the prepared photo is this many of the raw one.
    const zoom = square.side / preparedSide;
    const { landmarks } = (await readFaces(nets, makePyramid(photo.picture)))[0]!;
    const at = (...indices: number[]): [number, number] => [
      indices.reduce((sum, i) => sum + landmarks.points[3 * i]!, 0) / indices.length,
      indices.reduce((sum, i) => sum + landmarks.points[3 * i + 1]!, 0) / indices.length,
    ];
    const eye = Math.hypot(at(33)[0] - at(133)[0], at(33)[1] - at(133)[1]);
    const session = sessions.get('A')!;
    await session.add(changed(photo, 'blur4.jpg', (picture) => blurred(picture, 4 * zoom)));
    await session.add(changed(photo, 'small.jpg', (picture) => shrunk(picture, 8)));
    await session.add(changed(photo, 'twin.jpg', (picture) => shrunk(picture, 2)));
    await session.add(
      changed(photo, 'glasses.jpg', (picture) =>
        painted(picture, [at(33, 133), at(362, 263)], [0.95 * eye, 0.75 * eye], [22, 20, 24]),
      ),
    );
    const lenses = [at(33, 133), at(362, 263)];
    await session.add(
      changed(photo, 'blue.jpg', (picture) => painted(picture, lenses, [0.95 * eye, 0.75 * eye], [95, 160, 230])),
    );
    await session.add(
      changed(photo, 'silver.jpg', (picture) => {
        // The ground, and the sky above it.
        const ground = painted(picture, lenses, [0.95 * eye, 0.75 * eye], [105, 100, 95]);
        const sky = lenses.map(([x, y]): [number, number] => [x, y - 0.35 * eye]);
        return painted(ground, sky, [0.85 * eye, 0.4 * eye], [225, 232, 240]);
      }),
    );
    await session.add(
      changed(photo, 'hand.jpg', (picture) => painted(picture, [at(17, 152)], [1.7 * eye, 1.3 * eye], [60, 62, 70])),
    );
    session.addUnreadable('broken.jpg', 'The JPEG is cut off. Copy it again.');
    for (const other of photos.get('B')!.slice(3, 7)) await session.add(other);
    result = await session.finish();
  });

  test('the good ones stay', () => {
    const kept = result.report.photos.filter((photo) => photo.kept).map(({ file }) => file);
    const before = prepared
      .get('A')!
      .report.photos.filter((photo) => photo.kept)
      .map(({ file }) => file);
    expect(kept.filter((file) => file !== 'hand.jpg')).toEqual(before);
    expect(result.photos.map(({ name }) => name)).toEqual(
      kept.map((_, i) => `train/${String(i).padStart(5, '0')}.png`),
    );
  });

  test.each([
    ['blur4.jpg', 'blurred'],
    ['small.jpg', 'small'],
    ['twin.jpg', 'twin'],
    ['glasses.jpg', 'sunglasses'],
    ['blue.jpg', 'sunglasses'],
    ['silver.jpg', 'sunglasses'],
    ['broken.jpg', 'unreadable'],
  ])('%s: %s', (file, code) => {
    expect(codes(of(result, file))).toContain(code);
    expect(of(result, file).image).toBeNull();
  });

  test('a thing before the chin is pointed out', () => {
    expect(of(result, 'hand.jpg').reasons.map(({ code }) => code)).toContain('covered');
    for (const { file, reasons } of prepared.get('A')!.report.photos) {
      expect([file, reasons.map(({ code }) => code)]).not.toEqual([file, expect.arrayContaining(['covered'])]);
    }
  });

  test('another person’s photos, one in four', () => {
    const others = result.report.photos.filter(({ file }) => file.startsWith('B-'));
    expect(others.length).toBe(4);
    for (const photo of others) expect(codes(photo)).toContain('other-person');
  });

  test('a blur of one pixel stays', async () => {
    const photo = photos.get('A')!.find(({ name }) => name === frontal)!;
    const { square } = raw.get('A')!.find(({ name }) => name === frontal)!.truth;
    const session = new PhotoPreparation({ nets, shape });
    await session.add(changed(photo, 'blur1.jpg', (picture) => blurred(picture, square.side / preparedSide)));
    const { report } = await session.finish();
    expect(report.photos[0]!.kept).toBe(true);
    expect(report.warnings.join(' ')).toContain('Only 1 photo can be used');
  });

  test('the user has the last word', async () => {
    const choices = new Map([
      ['small.jpg', true],
      ['A-06.jpg', false],
      ['broken.jpg', true],
    ]);
    const { report } = await sessions.get('A')!.finish({ choices });
    const files = new Map(report.photos.map((photo) => [photo.file, photo]));
    expect(files.get('small.jpg')!.kept).toBe(true);
    expect(codes(files.get('A-06.jpg')!)).toEqual(['by-user']);
    // Nobody can be cut out of what cannot be read.
    expect(files.get('broken.jpg')!.kept).toBe(false);
  });

  test('another person can be meant', async () => {
    const people = sessions.get('A')!.people();
    expect(people.isAmbiguous).toBe(false);
    expect(people.people[1]!.files.every((file) => file.startsWith('B-'))).toBe(true);
    const { report } = await sessions.get('A')!.finish({ person: 1 });
    const kept = report.photos.filter((photo) => photo.kept).map(({ file }) => file);
    expect(kept.length).toBeGreaterThan(2);
    expect(kept.every((file) => file.startsWith('B-'))).toBe(true);
  });
});
