import { expect, test } from '@jest/globals';
import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';

/** Ten times the manifest's tolerance for planes. */
const tolerance = 3.8e-5;

test('onnxruntime-node on WebGPU, a device of its own, computes the planes that its CPU computes', async () => {
  const script = [resolve('test/execution/ownDevice.mjs'), resolve('test/goldens/tiny-network.pkl')];
  const { stdout } = await promisify(execFile)(process.execPath, script);
  const { values, deviation } = JSON.parse(stdout) as { values: number; deviation: number };
  expect(values).toBe(3 * 32 * 32 * 32);
  expect(deviation).toBeLessThan(tolerance);
});
