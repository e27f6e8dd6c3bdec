import { createRequire } from 'node:module';
import { AssetError, DeviceError } from '../../../runtime/core/errors.js';
import type { TensorFlow } from './tensorflow.js';

const require = createRequire(import.meta.url);

const packages = [
  '@vladmandic/face-api@1.7',
  '@vladmandic/human@3.3',
  '@tensorflow/tfjs@4.22',
  '@tensorflow/tfjs-backend-wasm@4.22',
];

const isMissing = (error: unknown): boolean =>
  ['MODULE_NOT_FOUND', 'ERR_MODULE_NOT_FOUND', 'ERR_PACKAGE_PATH_NOT_EXPORTED'].includes(
    (error as { code?: string }).code ?? '',
  );

/**
 * A tool's package, or the path it resolves to; they are large and needed for judging only.
 * @throws AssetError with npm's command where it is not installed
 */
function fromTool<T>(name: string, load: (name: string) => T): T {
  try {
    return load(name);
  } catch (error) {
    if (!isMissing(error)) throw error;
    throw new AssetError(
      'judge/missing',
      `judge: expected the package of ${name}, found none. ` +
        `Install the face networks: npm install --save-dev --ignore-scripts ${packages.join(' ')}`,
      { cause: error },
    );
  }
}

export const requireTool = (name: string): unknown => fromTool(name, require);
export const resolveTool = (name: string): string => fromTool(name, (path) => require.resolve(path));

let started: Promise<TensorFlow> | undefined;

async function start(): Promise<TensorFlow> {
  const tf = requireTool('@tensorflow/tfjs') as TensorFlow;
  requireTool('@tensorflow/tfjs-backend-wasm');
  if (!(await tf.setBackend('wasm'))) {
    throw new DeviceError(
      'judge/wasm',
      'judge: expected TensorFlow.js to start its wasm backend, it did not. Use Node 20 or later.',
    );
  }
  await tf.ready();
  return tf;
}

/**
 * TensorFlow.js on its wasm backend, one core, once a process: both judges' networks live in it.
 * @throws AssetError where it is not installed; DeviceError where wasm does not start
 */
export function startTensorFlow(): Promise<TensorFlow> {
  started ??= start();
  return started;
}
