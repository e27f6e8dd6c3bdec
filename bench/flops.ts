import type { Base } from '../runtime/checkpoint/index.js';
import { networkLayout, type BlockLayout, type LayerLayout } from '../runtime/network/layout.js';

/** GFLOP of one image (2 per multiply-add), convolutions and matrix products only; transposed ones as such. */
export interface Flops {
  readonly mapping: number;
  readonly backbone: number;
  readonly march: number;
  readonly superresolution: number;
}

const giga = 1e-9;

function layerMacs(layer: LayerLayout, outputSide: number): number {
  const side = layer.up ? outputSide / 2 : outputSide;
  return layer.inChannels * layer.outChannels * layer.kernel ** 2 * side * side;
}

function blocksMacs(blocks: readonly BlockLayout[], firstSide: number): number {
  let side = firstSide;
  return blocks.reduce((sum, block) => {
    if (block.up) side *= 2;
    const layers = [...(block.conv0 ? [block.conv0] : []), block.conv1, block.toRgb];
    return sum + layers.reduce((macs, layer) => macs + layerMacs(layer, side), 0);
  }, 0);
}

/**
 * @param resolution side of the rendered image
 * @param samples of a ray in both passes; default: what the base's configuration says
 */
export function flopsOf(base: Base, resolution: number, channels: number, samples?: number): Flops {
  const layout = networkLayout(base);
  const fc = [...base.tensors].filter(([name]) => /^backbone\.mapping\..*weight$/.test(name));
  const { depthResolution, depthResolutionImportance } = base.config.rendering;
  const points = resolution ** 2 * (samples ?? depthResolution + depthResolutionImportance);
  const hidden = base.tensors.get('decoder.net.0.weight')!.dims[0]!;
  const decoder = hidden * (layout.planeChannels + 1 + channels);
  const lookup = 3 * 4 * layout.planeChannels;
  return {
    mapping: 2 * giga * fc.reduce((sum, [, { data }]) => sum + data.length, 0),
    backbone: 2 * giga * blocksMacs(layout.backbone, 4),
    march: 2 * giga * points * (decoder + lookup),
    superresolution: 2 * giga * blocksMacs(layout.superresolution, base.config.superresolution?.inputResolution ?? 0),
  };
}
