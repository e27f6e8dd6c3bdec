import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { openSafetensors } from '../../../../runtime/checkpoint/safetensors/safetensors.js';
import { openPage, serve } from '../../../harness/browser.js';
import { maxAbs } from '../../../harness/compare.js';
import { buildTimeout } from '../../../harness/samples.js';
import { goldensSource } from './drawnFace.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'faces-'));
  execFileSync(process.execPath, [fileURLToPath(new URL('page/bundle.mjs', import.meta.url)), folder]);
}, buildTimeout);
afterAll(() => rmSync(folder, { recursive: true }));

interface PageResult {
  readonly execution: string;
  readonly values: readonly (readonly [net: string, output: string, values: readonly number[]])[];
  readonly asymmetries: readonly number[];
}

test('in Chromium, in wasm, all nets compute their goldens, and the face is read once', async () => {
  const { page, errors } = await openPage(await serve(folder));
  const result = await page.evaluate(() =>
    (globalThis as unknown as { runFaceNets(): Promise<PageResult> }).runFaceNets(),
  );
  expect(errors).toEqual([]);
  expect(result.execution).toBe('wasm');
  const { entries } = await openSafetensors(goldensSource());
  expect(result.values.map(([net, output]) => `${net}.${output}`).sort()).toEqual([...entries.keys()].sort());
  for (const [net, output, values] of result.values) {
    const golden = (await entries.get(`${net}.${output}`)!.read()).data;
    expect(maxAbs(values, golden)).toBeLessThan(1e-3);
  }
  expect(result.asymmetries).toHaveLength(1);
  expect(result.asymmetries[0]).toBeLessThan(0.02);
});
