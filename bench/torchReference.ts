import { spawnSync } from 'node:child_process';
import type { Base } from '../runtime/checkpoint/index.js';
import { trainingSizes } from './trainingBench.js';
import { networkLayout } from '../runtime/network/layout.js';

/** ms of PyTorch on the same CPU, by part; null where Python or torch is missing. */
export type TorchTimes = Readonly<Record<'backbone' | 'march' | 'superresolution' | 'training', number | null>> & {
  /** CPU ms of all threads of the best training step. */
  readonly trainingCpu: number;
  readonly version: string;
  readonly device: string;
};

/** Runs bench/torch_reference.py on the sizes of this base. */
export function torchReference(base: Base, script: string, resolution: number, threads: number): TorchTimes | null {
  const layout = networkLayout(base);
  const { rendering } = base.config;
  const learnedMaps = [...base.tensors]
    .filter(([name, { dims }]) => name.endsWith('.noise_const') && dims.length === 3)
    .map(([, { dims }]) => dims);
  const request = {
    ...layout,
    resolution,
    threads,
    superresolutionInput: base.config.superresolution?.inputResolution ?? 0,
    coarse: rendering.depthResolution,
    fine: rendering.depthResolutionImportance,
    rayStart: rendering.rayStart,
    rayEnd: rendering.rayEnd,
    boxWarp: rendering.boxWarp,
    hidden: base.tensors.get('decoder.net.0.weight')!.dims[0],
    training: trainingSizes,
    // Side from which layers have a learned map; 0: none has.
    mapsFrom: learnedMaps.length === 0 ? 0 : Math.min(...learnedMaps.map((dims) => dims[1]!)),
    colors: base.config.superresolution ? layout.featureChannels : 3,
  };
  // Without OpenBLAS Debian's torch multiplies with a generic BLAS, ten times slower: no fair reference.
  // Debian's python3-torch belongs to the system's Python, which another one on the PATH may hide.
  let reason = '';
  for (const python of ['python3', '/usr/bin/python3']) {
    const input = JSON.stringify(request);
    const { status, stdout, stderr } = spawnSync(python, [script], { input, encoding: 'utf8' });
    if (status === 0) return JSON.parse(stdout) as TorchTimes;
    reason = (stderr as string | null)?.trim().split('\n').at(-1) ?? `${python} is missing`;
  }
  console.log(`PyTorch: not measured (${reason}). On Debian: apt install python3-torch libopenblas0-pthread`);
  return null;
}
