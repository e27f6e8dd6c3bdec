import type { Padding } from '../../../runtime/network/visionOperators.js';

/**
 * One step of a net in assets/faces.safetensors, written by scripts/faces/layers.mjs. Value 0 is the picture [1, 3, size,
 * size]; layer i makes value i + 1. Weights of layer i are the tensors `NET.i.weight`, `.bias`, `.slope`.
 */
export type Layer = { readonly from: readonly number[] } & (
  | { readonly op: 'conv' | 'depthwise'; readonly stride: number; readonly padding: Padding }
  | { readonly op: 'maxPool'; readonly size: number; readonly stride: number; readonly padding: Padding }
  | { readonly op: 'resize'; readonly height: number; readonly width: number }
  | { readonly op: 'padChannels'; readonly count: number }
  /** Pixels after one another, channels within each, cut into rows: [1, C, H, W] to [1, rows, width] */
  | { readonly op: 'rows'; readonly width: number }
  | {
      readonly op:
        'transposed' | 'prelu' | 'relu' | 'sigmoid' | 'hardSwish' | 'mean' | 'add' | 'multiply' | 'appendRows';
    }
);

/** A net as the asset describes it. */
export interface LayerList {
  /** Side of its square picture. */
  readonly size: number;
  readonly layers: readonly Layer[];
  /** Which value goes out under which name. */
  readonly outputs: Readonly<Record<string, number>>;
}
