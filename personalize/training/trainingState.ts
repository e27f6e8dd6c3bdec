import { bytesSource } from '../../runtime/checkpoint/byteSource.js';
import { openSafetensors } from '../../runtime/checkpoint/safetensors/safetensors.js';
import { encodeValues, planSafetensors } from '../../runtime/checkpoint/safetensors/safetensorsEncode.js';
import { AssetError } from '../../runtime/core/errors.js';
import type { Camera } from '../../runtime/camera/camera.js';
import type { Tensor } from '../../runtime/core/tensor.js';

const format = 'personalized-head/training';
const version = '1';
const unfinishedPrefix = 'unfinished.';

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
  /** What was being found or learned before the training, as it then stood; null between such tasks. */
  readonly unfinished: Unfinished | null;
  readonly seconds: number;
  /** Of the photos inverted so far, in order, as they are now; empty where cameras stay. */
  readonly cameras: readonly Camera[];
  readonly curve: Curve;
  /** How the head's frame lies in the base's, [7] as `SharedMotion` keeps it; null where cameras stay. */
  readonly motion: Float32Array | null;
  /** Hair styles of the person and the photos, as `encodeStyles` has them; null before they are tried, or without any. */
  readonly styles: Float32Array | null;
  /** Sum and number of the losses since the curve's last point. */
  readonly pending: readonly [number, number];
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

/** A task before the training, stopped between two of its steps: the person's latent, what is shared, one photo's anchor. */
export interface Unfinished extends UnfinishedTask {
  readonly task: 'person' | 'shared' | 'photo';
}

/** What such a task needs to go on as if it had not been stopped. */
export interface UnfinishedTask extends LearnedState {
  /** Of the steps so far; empty where the task does not look back at them. */
  readonly losses: readonly number[];
  /** Of the photo, where it moves along. */
  readonly camera: Camera | null;
}

/** Goes on from `resume` and is told now and then, and when the task is stopped, how it stands. */
export interface Keeping {
  readonly resume: UnfinishedTask | null;
  readonly keep: (task: UnfinishedTask) => Promise<void> | void;
}

/** Steps between two of `keep`. */
export const keepEvery = 100;

/** The bytes of a state: safetensors, float32. */
export function encodeState(state: TrainingState): Uint8Array<ArrayBuffer> {
  const tensors = new Map<string, Tensor>();
  const put = (name: string, data: Float32Array): void => void tensors.set(name, { dims: [data.length], data });
  if (state.person) put('person', state.person);
  state.anchors.forEach((anchor, i) => put(`anchor.${i}`, anchor));
  for (const [name, values] of state.shared ?? []) put(`shared.${name}`, values);
  if (state.motion) put('motion', state.motion);
  if (state.styles) put('styles', state.styles);
  for (const [name, values] of state.appearances) put(`appearance.${name}`, values);
  state.training?.inverted.forEach((v, i) => put(`inverted.${i}`, v));
  /** Puts what is long among the tensors and returns the rest. */
  const putLearned = (learned: LearnedState, prefix: string): { step: number; drawn: number; steps: object } => {
    for (const [name, values] of learned.values) put(`${prefix}value.${name}`, values);
    for (const [name, moments] of learned.moments) {
      put(`${prefix}mean.${name}`, moments.mean);
      put(`${prefix}square.${name}`, moments.square);
    }
    const steps = Object.fromEntries([...learned.moments].map(([name, moments]) => [name, moments.steps]));
    return { step: learned.step, drawn: learned.drawn, steps };
  };
  const { training, unfinished } = state;
  const metadata = new Map([
    ['format', format],
    ['version', version],
    ['key', state.key],
    ['seconds', String(state.seconds)],
    ['cameras', JSON.stringify(state.cameras)],
    ['curve', JSON.stringify(state.curve)],
    ['pending', JSON.stringify(state.pending)],
    ...(training ? [['training', JSON.stringify(putLearned(training, ''))] as const] : []),
    ...(unfinished
      ? [
          [
            'unfinished',
            JSON.stringify({
              ...{ task: unfinished.task, losses: unfinished.losses, camera: unfinished.camera },
              ...putLearned(unfinished, unfinishedPrefix),
            }),
          ] as const,
        ]
      : []),
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
  const [text, task] = [metadata.get('training'), metadata.get('unfinished')];
  return {
    key,
    person: tensors.get('person') ?? null,
    anchors: numbered('anchor'),
    shared: named('shared', tensors),
    training: text === undefined ? null : { ...learned(text, tensors, ''), inverted: numbered('inverted') },
    unfinished:
      task === undefined
        ? null
        : {
            ...(JSON.parse(task) as Pick<Unfinished, 'task' | 'losses' | 'camera'>),
            ...learned(task, tensors, unfinishedPrefix),
          },
    seconds: Number(metadata.get('seconds')),
    cameras: JSON.parse(metadata.get('cameras') ?? '[]') as Camera[],
    curve: JSON.parse(metadata.get('curve') ?? '[]') as Curve,
    motion: tensors.get('motion') ?? null,
    styles: tensors.get('styles') ?? null,
    pending: JSON.parse(metadata.get('pending') ?? '[0, 0]') as [number, number],
    appearances: named('appearance', tensors) ?? new Map(),
  };
}

/** Tensors below a name, without it; null where there are none. */
function named(name: string, tensors: ReadonlyMap<string, Float32Array>): Map<string, Float32Array> | null {
  const found = [...tensors].filter(([each]) => each.startsWith(`${name}.`));
  return found.length === 0 ? null : new Map(found.map(([each, data]) => [each.slice(name.length + 1), data]));
}

function learned(text: string, tensors: ReadonlyMap<string, Float32Array>, prefix: string): LearnedState {
  const { step, drawn, steps } = JSON.parse(text) as { step: number; drawn: number; steps: Record<string, number> };
  const values = named(`${prefix}value`, tensors) ?? new Map<string, Float32Array>();
  const moments = new Map(
    Object.entries(steps).map(([name, count]) => {
      const mean = tensors.get(`${prefix}mean.${name}`);
      const square = tensors.get(`${prefix}square.${name}`);
      if (!mean || !square) {
        throw new AssetError('training/state', `resume: expected the moments of ${name}, got none. Start anew.`);
      }
      return [name, { mean, square, steps: count }];
    }),
  );
  return { step, drawn, values, moments };
}
