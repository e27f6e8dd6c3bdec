import { test } from '@jest/globals';
import { decoderGraph } from '../../runtime/network/decoderGraph.js';
import { decode } from '../../runtime/render/decoder.js';
import { decoderOf } from '../../runtime/render/volume.js';
import { tolerance } from '../core/manifest.js';
import { expectClose } from '../harness/compare.js';
import { hashTensor } from './hashWeights.js';
import { runGraph } from './runGraph.js';
import { tinyBase } from './tinyBase.js';

test.each([3, 32])('the decoder as a graph is the decoder, %d channels', async (channels) => {
  const decoder = decoderOf(await tinyBase());
  // Large features too, where a softplus or a sigmoid may overflow.
  const features = hashTensor('decoder.features', [50, 32], 0, 1);
  features.data.subarray(0, 32).fill(100);
  features.data.subarray(32, 64).fill(-100);
  const { sigmas, colors } = await runGraph(decoderGraph(decoder, 50, channels), { features });
  const [color, hidden] = [new Float64Array(channels), new Float64Array(64)];
  for (let p = 0; p < 50; p++) {
    const row = Float64Array.from(features.data.subarray(p * 32, (p + 1) * 32));
    const sigma = decode(decoder, row, color, hidden);
    const within = Math.max(1, Math.abs(sigma) / 30) * tolerance('sigma_coarse');
    expectClose([sigmas!.data[p]!], [sigma], within, `density ${p}`);
    expectClose(
      colors!.data.subarray(p * channels, (p + 1) * channels),
      color,
      tolerance('rgb_coarse'),
      `colours ${p}`,
    );
  }
});
