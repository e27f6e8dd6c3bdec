import { describe, expect, test } from '@jest/globals';
import { judgeProof, proofGates } from '../../../personalize/evaluation/base/baseProof.js';
import { parseBasePictures, type Source } from '../../../personalize/evaluation/base/pictures.js';
import { proofMarkdown } from '../../../personalize/evaluation/base/proofMarkdown.js';
import { judgePictures, type JudgedPicture } from '../../../personalize/evaluation/base/readings.js';
import { euclideanDistance, type FaceJudge, type FaceReading } from '../../../personalize/evaluation/judge.js';
import { distanceAuc } from '../../../personalize/evaluation/metrics/auc.js';
import type { PhotoFiles } from '../../../personalize/photos/photoFiles.js';
import { AssetError, NumericError, ShapeError } from '../../../runtime/core/errors.js';
import { encodePng } from '../../../runtime/core/bitmap.js';

const label = [1, 0, 0, 0, 0, -1, 0, 0, 0, 0, -1, 2.7, 0, 0, 0, 1, 4.26, 0, 0.5, 0, 4.26, 0.5, 0, 0, 1];

function reading(who: readonly number[], more: Partial<FaceReading> = {}): FaceReading {
  const lengths = { mouthWidth: 0.8, mouthOpen: 0.02, eyeOpenLeft: 0.2, eyeOpenRight: 0.2, turn: 0 };
  return { descriptor: Float32Array.from(who), happy: 0, ...lengths, ...more };
}

const judge = {
  name: 'ruler',
  distance: (a: FaceReading, b: FaceReading) => euclideanDistance(a.descriptor, b.descriptor),
};

function picture(
  head: number,
  source: Source,
  seen: FaceReading,
  [view, expression, amount]: readonly [string, string, number] = ['front', 'neutral', 0],
): JudgedPicture {
  return { file: '', head, source, view, expression, amount, reading: seen };
}

test('distanceAuc is the share of pairs in order, ties half', () => {
  expect(distanceAuc([1, 2], [3, 4])).toBe(1);
  expect(distanceAuc([3, 4], [1, 2])).toBe(0);
  expect(distanceAuc([2, 2], [2, 2])).toBe(0.5);
  // 1 < 2 and 1 < 4; 3 > 2, 3 < 4: three of four pairs.
  expect(distanceAuc([1, 3], [2, 4])).toBe(0.75);
  expect(() => distanceAuc([], [1])).toThrow(ShapeError);
});

describe('judgeProof', () => {
  const judged: JudgedPicture[] = [
    picture(0, 'truth', reading([0, 0])),
    picture(1, 'truth', reading([4, 0])),
    picture(2, 'truth', reading([0, 4])),
    // Heads 0 and 1 are rendered near themselves, head 2 nearer to head 0.
    picture(0, 'model', reading([1, 0], { happy: 0.1 })),
    picture(1, 'model', reading([3, 0])),
    picture(2, 'model', reading([0, 1])),
    picture(0, 'truth', reading([0, 0.5], { eyeOpenLeft: 0.1, eyeOpenRight: 0.1 }), ['front', 'blink', 1]),
    picture(0, 'model', reading([1, 0.5], { eyeOpenLeft: 0.11, eyeOpenRight: 0.13 }), ['front', 'blink', 1]),
    picture(0, 'model', reading([1, 0.3], { happy: 0.9 }), ['front', 'smile', 1]),
    picture(0, 'truth', reading([0, 0], { mouthOpen: 0.03 }), ['front', 'jawOpen', 1]),
    picture(0, 'model', reading([1, 0], { mouthOpen: 0.4 }), ['front', 'jawOpen', 1]),
  ];
  const proof = judgeProof(judge, judged);

  test('measures identity against the frontal truth of all heads', () => {
    const row = proof.identity.find(({ what }) => what === 'render from the front')!;
    expect(row.heads).toBe(3);
    expect(row.same).toBeCloseTo((1 + 1 + 3) / 3, 6);
    // The others: 3, sqrt 17; 3, 5; 1, sqrt 17.
    expect(row.different).toBeCloseTo((3 + Math.sqrt(17) + 3 + 5 + 1 + Math.sqrt(17)) / 6, 6);
    expect(row.rank1).toBeCloseTo(2 / 3, 6);
    // No side views were taken, so there is no such row.
    expect(proof.identity).toHaveLength(1);
  });

  test('compares expressions with the own neutral picture of the same heads', () => {
    const find = (source: Source, name: string): (typeof proof.expressions)[number] =>
      proof.expressions.find((row) => row.source === source && row.expression === name)!;
    expect(find('model', 'neutral')).toMatchObject({ heads: 1, toNeutral: 0, happy: 0.1 });
    expect(find('model', 'smile').toNeutral).toBeCloseTo(0.3, 6);
    expect(find('model', 'blink').eyeOpen).toBeCloseTo(0.12, 6);
  });

  test('says which conditions hold, and which cannot be told', () => {
    const gate = (text: string): { value: number | null; passed: boolean } =>
      proofGates(proof).find(({ what }) => what.includes(text))!;
    expect(gate('happy above').passed).toBe(true);
    expect(gate('happy below').passed).toBe(true);
    expect(gate('blink').value).toBeCloseTo(0.8, 6);
    expect(gate('blink').passed).toBe(true);
    // The truth's mouth moved by 0.01 only: this judge does not see it.
    expect(gate('jawOpen')).toMatchObject({ value: null, passed: false });
    expect(gate('AUC').passed).toBe(false);
    const text = proofMarkdown('a base', [proof]);
    expect(text).toContain('| ruler | render from the front | 3 | 1.667 |');
    expect(text).toContain('| ruler: jawOpen opens the mouth, share of the truth | – | no |');
  });
});

describe('pictures.json', () => {
  const good = {
    format: 'personalized-head/base-pictures',
    version: 1,
    about: 'x',
    cameras: { front: label },
    pictures: [{ file: 'a.png', head: 0, source: 'truth', view: 'front', expression: 'neutral', amount: 0 }],
  };

  test('is read, and refused with the place of what is wrong', () => {
    expect(parseBasePictures(JSON.stringify(good)).pictures).toHaveLength(1);
    const bad = (changes: object): (() => unknown) => {
      return () => parseBasePictures(JSON.stringify({ ...good, ...changes }));
    };
    expect(bad({ format: 'other' })).toThrow(AssetError);
    expect(bad({ version: 2 })).toThrow(/version: expected 1, got 2/);
    expect(bad({ pictures: [{ ...good.pictures[0], view: 'back' }] })).toThrow(/picture 0: view/);
    expect(bad({ cameras: { front: label.slice(1) } })).toThrow(ShapeError);
    expect(() => parseBasePictures(JSON.stringify(good).replace('2.7', 'NaN'))).toThrow(NumericError);
    expect(() => parseBasePictures('{')).toThrow(AssetError);
  });

  test('leads the judges to the face in every picture', async () => {
    const side = 32;
    const png = encodePng({ width: side, height: side, data: new Uint8Array(4 * side * side).fill(255) });
    const files: PhotoFiles = {
      list: () => Promise.resolve(['a.png', 'pictures.json']),
      read: (name) => Promise.resolve(name === 'a.png' ? png : new TextEncoder().encode(JSON.stringify(good))),
    };
    const boxes: number[] = [];
    const eye: FaceJudge = {
      ...judge,
      threshold: 1,
      look: (image, box) => {
        expect(image.dims).toEqual([3, side, side]);
        boxes.push(box.x, box.side);
        return Promise.resolve(reading([1]));
      },
      close: () => Promise.resolve(),
    };
    const { judged } = await judgePictures(files, [eye]);
    expect(judged.get('ruler')!.map(({ file }) => file)).toEqual(['a.png']);
    expect(boxes[0]).toBeCloseTo(side / 2, 3);
    expect(boxes[1]).toBeGreaterThan(side / 3);
  });
});
