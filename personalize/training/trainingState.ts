import { bytesSource } from '../../runtime/checkpoint/byteSource.js';
import { openSafetensors } from '../../runtime/checkpoint/safetensors.js';
import { encodeValues, planSafetensors } from '../../runtime/checkpoint/safetensorsEncode.js';
import { AssetError } from '../../runtime/core/errors.js';
import type { Camera } from '../../runtime/camera/camera.js';
import type { Tensor } from '../../runtime/core/tensor.js';

const format = 'personalized-head/training';
const version = '1';

/** Everything that a stopped run needs to go on as if it had not been stopped. */
export interface TrainingState {
  /** What the run was started with; another run refuses it. */
  readonly key: string;
  /** v [wDim] that all photos start from; null before it is found. */
  readonly person: Float32Array | null;
  /** v of the photos inverted so far, in order. */
  readonly anchors: readonly Float32Array[];
  /** By input, what all photos show alike as they are read with; null before it is learned, and once the photos are read. */
  readonly shared: ReadonlyMap<string, Float32Array> | null;
  /** null before the training began. */
  readonly training: TrainingStage | null;
  readonly seconds: number;
  /** Of the photos inverted so far, in order, as they are now; empty where cameras stay. */
  readonly cameras: readonly Camera[];
  readonly curve: Curve;
  /** Hair styles of the person and the photos, as `encodeStyles` has them; null before they are tried, or without any. */
  readonly styles: Float32Array | null;
  /** How each photo shows the person, by name, as `Appearances` keeps it; empty where that is not told apart. */
  readonly appearances: ReadonlyMap<string, Float32Array>;
}

/** Mean losses of parts of a run, in order. */
export type Curve = readonly { readonly stage: Stage; readonly step: number; readonly loss: number }[];

export type Stage = 'person' | 'anchors' | 'training';

/** What the training has learned, and the anchors it began with: v of each photo, before training moved them. */
export interface TrainingStage extends LearnedState {
  readonly inverted: readonly Float32Array[];
}

/** State of a `PersonLearner`. */
export interface LearnedState {
  readonly step: number;
  /** Random numbers drawn. */
  readonly drawn: number;
  readonly values: ReadonlyMap<string, Float32Array>;
  readonly moments: ReadonlyMap<string, { mean: Float32Array; square: Float32Array; steps: number }>;
}

/** The bytes of a state: safetensors, float32. */
export function encodeState(state: TrainingState): Uint8Array<ArrayBuffer> {
  const tensors = new Map<string, Tensor>();
  const put = (name: string, data: Float32Array): void => void tensors.set(name, { dims: [data.length], data });
  if (state.person) put('person', state.person);
  state.anchors.forEach((anchor, i) => put(`anchor.${i}`, anchor));
  for (const [name, values] of state.shared ?? []) put(`shared.${name}`, values);
  if (state.styles) put('styles', state.styles);
  for (const [name, values] of state.appearances) put(`appearance.${name}`, values);
  state.training?.inverted.forEach((v, i) => put(`inverted.${i}`, v));
  const steps: Record<string, number> = {};
  for (const [name, values] of state.training?.values ?? []) put(`value.${name}`, values);
  for (const [name, moments] of state.training?.moments ?? []) {
    put(`mean.${name}`, moments.mean);
    put(`square.${name}`, moments.square);
    steps[name] = moments.steps;
  }
  const { training } = state;
  const metadata = new Map([
    ['format', format],
    ['version', version],
    ['key', state.key],
    ['seconds', String(state.seconds)],
    ['cameras', JSON.stringify(state.cameras)],
    ['curve', JSON.stringify(state.curve)],
    ...(training ? [['training', JSON.stringify({ step: training.step, drawn: training.drawn, steps })] as const] : []),
  ]);
  const plan = planSafetensors(
    [...tensors].map(([name, { dims }]) => ({ name, dims })),
    'F32',
    metadata,
  );
  const bytes = new Uint8Array(plan.size);
  bytes.set(plan.header);
  for (const [name, tensor] of tensors) bytes.set(encodeValues(name, tensor, 'F32'), plan.offsets.get(name));
  return bytes;
}

/**
 * @param key what this run is started with
 * @throws AssetError for a damaged or foreign file, or the state of another run
 */
export async function decodeState(bytes: Uint8Array, key: string): Promise<TrainingState> {
  const { entries, metadata } = await openSafetensors(bytesSource(bytes));
  if (metadata.get('format') !== format || metadata.get('version') !== version) {
    throw new AssetError(
      'training/state',
      'resume: expected the state of a training run, got another file. Start anew.',
    );
  }
  if (metadata.get('key') !== key) {
    throw new AssetError(
      'training/state',
      'resume: expected the state of this run, got one of other photos, another base or other settings. ' +
        'Give the same ones, or start anew.',
    );
  }
  const tensors = new Map<string, Float32Array>();
  for (const [name, entry] of entries) tensors.set(name, (await entry.read()).data);
  const numbered = (name: string): Float32Array[] => {
    const found: Float32Array[] = [];
    while (tensors.has(`${name}.${found.length}`)) found.push(tensors.get(`${name}.${found.length}`)!);
    return found;
  };
  const text = metadata.get('training');
  return {
    key,
    person: tensors.get('person') ?? null,
    anchors: numbered('anchor'),
    shared: named('shared', tensors),
    training: text === undefined ? null : { ...learned(text, tensors), inverted: numbered('inverted') },
    seconds: Number(metadata.get('seconds')),
    cameras: JSON.parse(metadata.get('cameras') ?? '[]') as Camera[],
    curve: JSON.parse(metadata.get('curve') ?? '[]') as Curve,
    styles: tensors.get('styles') ?? null,
    appearances: named('appearance', tensors) ?? new Map(),
  };
}

/** Tensors below a name, without it; null where there are none. */
function named(name: string, tensors: ReadonlyMap<string, Float32Array>): Map<string, Float32Array> | null {
  const found = [...tensors].filter(([each]) => each.startsWith(`${name}.`));
  return found.length === 0 ? null : new Map(found.map(([each, data]) => [each.slice(name.length + 1), data]));
}

function learned(text: string, tensors: ReadonlyMap<string, Float32Array>): LearnedState {
  const { step, drawn, steps } = JSON.parse(text) as { step: number; drawn: number; steps: Record<string, number> };
  const values = named('value', tensors) ?? new Map<string, Float32Array>();
  const moments = new Map(
    Object.entries(steps).map(([name, count]) => {
      const mean = tensors.get(`mean.${name}`);
      const square = tensors.get(`square.${name}`);
      if (!mean || !square) {
        throw new AssetError('training/state', `resume: expected the moments of ${name}, got none. Start anew.`);
      }
      return [name, { mean, square, steps: count }];
    }),
  );
  return { step, drawn, values, moments };
}
