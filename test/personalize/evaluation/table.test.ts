import { expect, test } from '@jest/globals';
import { tableMarkdown } from '../../../personalize/evaluation/table/markdown.js';
import type { MethodCost, PhotoRecord, TruthRecord } from '../../../personalize/evaluation/table/records.js';
import { evaluationTable } from '../../../personalize/evaluation/table/table.js';
import { NumericError } from '../../../runtime/core/errors.js';

const costs: MethodCost[] = [
  { method: 'lora1', numbers: 243_965, bytes: 487_930, seconds: 600 },
  { method: 'base', numbers: 25_600, bytes: 940, seconds: 42 },
];

const record = (
  method: string,
  photo: string,
  yaw: number,
  expression: PhotoRecord['expression'],
  psnr: number,
  toFrontal: number | null,
): PhotoRecord => ({
  method,
  photo,
  yaw,
  expression,
  psnr,
  structure: 0.25,
  identity: { dlib: { toFrontal, toPhoto: 0.125 } },
});

const records = [
  record('base', 'front', 0, 'neutral', 20, null),
  record('lora1', 'front', 0, 'neutral', 26, null),
  record('lora1', 'left', -9.9, 'smile', 24, 0.25),
  record('lora1', 'side', 60.2, 'neutral', 22, 0.5),
  record('lora1', 'back', -80, 'other', 16, 0.75),
];
const truth: TruthRecord[] = [
  { photo: 'left', yaw: -9.9, expression: 'smile', toFrontal: { dlib: 0.2 } },
  { photo: 'side', yaw: 60.2, expression: 'neutral', toFrontal: { dlib: 0.4 } },
];

test('means by yaw, by expression and of all, in the order of the methods', () => {
  const table = evaluationTable(records, truth, costs);
  expect(table.judges).toEqual(['dlib']);
  expect(table.all.map(({ method, photos, psnr }) => [method, photos, psnr])).toEqual([
    ['lora1', 4, 22],
    ['base', 1, 20],
  ]);
  expect(table.all[0]!.identity.dlib!.toFrontal).toBeCloseTo(0.5, 12);
  expect(table.all[0]!.identity.dlib!.ceiling).toBeCloseTo(0.3, 12);
  expect(table.byYaw.map(({ group, method, photos, psnr }) => [group, method, photos, psnr])).toEqual([
    ['0–10°', 'lora1', 2, 25],
    ['0–10°', 'base', 1, 20],
    ['40–60°', 'lora1', 1, 22],
  ]);
  // The frontal photo is left out of distances to itself.
  expect(table.byYaw[0]!.identity.dlib).toEqual({ toFrontal: 0.25, toPhoto: 0.125, ceiling: 0.2 });
  expect(table.byYaw[1]!.identity.dlib!.toFrontal).toBeNull();
  expect(table.byExpression.map(({ group, method }) => [group, method])).toEqual([
    ['neutral', 'lora1'],
    ['neutral', 'base'],
    ['smile', 'lora1'],
    ['other', 'lora1'],
  ]);
  expect(JSON.parse(JSON.stringify(table))).toEqual(table);
});

test('markdown', () => {
  const lines = tableMarkdown(evaluationTable(records, truth, costs)).split('\n');
  expect(lines).toEqual(
    expect.arrayContaining([
      '| lora1 | 243,965 | 488 kB | 10.0 min |',
      '| base | 25,600 | 940 B | 42 s |',
      '| yaw | method | photos | PSNR, dB | structure | dlib to photo | dlib to frontal | (ceiling) |',
      '| 0–10° | lora1 | 2 | 25.00 | 0.2500 | 0.125 | 0.250 | (0.200) |',
      '| 0–10° | base | 1 | 20.00 | 0.2500 | 0.125 | – | (0.200) |',
      '| other | lora1 | 1 | 16.00 | 0.2500 | 0.125 | 0.750 | (–) |',
    ]),
  );
});

test('a number that is none is not averaged away', () => {
  const bad = record('lora1', 'front', 0, 'neutral', NaN, null);
  expect(() => evaluationTable([bad], [], costs)).toThrow(NumericError);
  expect(() => evaluationTable([bad], [], costs)).toThrow('evaluation: psnr of front by lora1 is NaN.');
});

test('LPIPS has a column where it was measured, and is called no independent measure where it trained', () => {
  const measured = records.map((one, i) => ({ ...one, lpips: 0.125 * (i + 1) }));
  const table = evaluationTable(measured, truth, costs, { variant: 'alex', trained: false });
  expect(table.all.map(({ lpips }) => lpips)).toEqual([0.4375, 0.125]);
  const text = tableMarkdown(table);
  expect(text).toContain('| structure | LPIPS |');
  expect(text).toContain('| 0.2500 | 0.4375 |');
  expect(text).toContain('LPIPS (alex) to the photo');
  expect(text).not.toContain('no independent measure');
  const trained = tableMarkdown(evaluationTable(measured, truth, costs, { variant: 'vgg16', trained: true }));
  expect(trained).toContain('It is no independent measure here');
  const without = evaluationTable(records, truth, costs);
  expect([without.lpips, without.all[0]!.lpips]).toEqual([null, null]);
  expect(tableMarkdown(without)).not.toContain('LPIPS');
  expect(() => evaluationTable([{ ...measured[0]!, lpips: NaN }], truth, costs)).toThrow(/LPIPS of front/);
});
