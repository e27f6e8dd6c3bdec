import type { AbstractEngine } from '@babylonjs/core/Engines/abstractEngine.js';
import {
  createHeadModelAsync,
  fetchBaseAsync,
  fetchDirectionsAsync,
  type HeadModel,
  type HeadModelOptions,
} from '../../plugin/index.js';
import { besidePage } from './address.js';
import { showProgress } from './message.js';

/** The model of the embedded base, which every sample is served with. */
export async function modelFromAssets(
  engine: AbstractEngine,
  options: Omit<HeadModelOptions, 'base'> = {},
): Promise<HeadModel> {
  const base = await fetchBaseAsync(besidePage('assets/base.safetensors'), {
    onProgress: (share) => showProgress('Loading the base', share),
  });
  const directions = await fetchDirectionsAsync(besidePage('assets/base.directions.json'), base);
  showProgress('Preparing the network');
  return createHeadModelAsync(engine, {
    base,
    directions,
    wasmPaths: besidePage('ort/'),
    onRuntimeBytes: (loaded, total) => {
      showProgress('Loading ONNX Runtime', total > 0 ? loaded / total : undefined);
      if (loaded === total) showProgress('Preparing the network');
    },
    ...options,
  });
}
