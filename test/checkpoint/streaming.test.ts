import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { importCheckpoint } from '../../runtime/checkpoint/base/importCheckpoint.node.js';
import { bytesSource, type ByteSource } from '../../runtime/checkpoint/index.js';
import { moduleValue, networkPickle } from './networkWriter.js';
import { joinBytes } from './pickleWriter.js';
import { smallSizes, syntheticNetwork } from './syntheticNetwork.js';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'head-streaming-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** Notes what is read of a source. */
function watched(source: ByteSource) {
  const seen = { bytes: 0, largest: 0 };
  const read = (offset: number, length: number) => {
    seen.bytes += length;
    seen.largest = Math.max(seen.largest, length);
    return source.read(offset, length);
  };
  return { seen, source: { size: source.size, read } };
}

test('of a file with G, D and G_ema only the last one’s weights are read, a tensor at a time', async () => {
  const widths = [256, 256, 128].map((width): [number, number] => [width, width]);
  const network = syntheticNetwork({ ...smallSizes, widths });
  const generator = moduleValue(network);
  const pickle = joinBytes(
    networkPickle(generator, 4, [
      ['G', generator],
      ['D', generator],
    ]),
  );
  const sizes = [...network.tensors.values()].map(({ data }) => data.byteLength);
  const weights = sizes.reduce((sum, size) => sum + size, 0);
  const { seen, source } = watched(bytesSource(pickle));

  const { tensors } = await importCheckpoint(source, join(folder, 'base.safetensors'));

  expect(tensors).toBe(network.tensors.size);
  expect(pickle.length).toBeGreaterThan(3 * weights);
  // Besides the weights: opcodes, read in windows of 64 KiB that begin anew behind every long tensor.
  expect(seen.bytes).toBeLessThan(weights + 0.15 * pickle.length);
  expect(seen.largest).toBeLessThanOrEqual(Math.max(...sizes));
});
