import type { PersonalizedHeadMesh } from '../../plugin/index.js';

/** Something of a head that a slider sets. */
export interface HeadControl {
  readonly label: string;
  /** What it means, for those who point at it. */
  readonly hint: string;
  /** What an animation calls it. */
  readonly path: string;
  readonly from: number;
  readonly to: number;
  readonly step: number;
  readonly get: (head: PersonalizedHeadMesh) => number;
  readonly set: (head: PersonalizedHeadMesh, value: number) => void;
  readonly write: (value: number) => string;
}

const share = { from: 0, to: 1, step: 0.01, write: (value: number) => value.toFixed(2) } as const;

const angle = (label: string, axis: 'yaw' | 'pitch' | 'roll', limit: number): HeadControl => ({
  label,
  hint: `Pose: ${axis}, about the neck`,
  path: `pose.${axis}`,
  from: -limit,
  to: limit,
  step: 0.01,
  get: (head) => head.pose[axis],
  set: (head, value) => (head.pose[axis] = value),
  write: (value) => `${Math.round((value * 180) / Math.PI) + 0}°`,
});

/** What the timeline keeps keys of. */
export const keyedControls: readonly HeadControl[] = [
  {
    ...share,
    label: 'smile',
    hint: 'Expression: both corners of the mouth',
    path: 'smile',
    get: (head) => head.smile,
    set: (head, value) => (head.smile = value),
  },
  {
    ...share,
    label: 'jaw open',
    hint: 'Expression jawOpen',
    path: 'expression.jawOpen',
    get: (head) => head.expression.jawOpen!,
    set: (head, value) => (head.expression.jawOpen = value),
  },
  {
    ...share,
    label: 'blink',
    hint: 'Expression: both eyes',
    path: 'blink',
    get: (head) => head.blink,
    set: (head, value) => (head.blink = value),
  },
  angle('turn', 'yaw', 1.2),
  angle('nod', 'pitch', 0.5),
  angle('tilt', 'roll', 0.5),
];

const seed: HeadControl = {
  label: 'person',
  hint: 'Seed of the face: each number is somebody whom the network invents',
  path: 'seed',
  from: 0,
  to: 99,
  step: 1,
  get: (head) => head.seed,
  set: (head, value) => (head.seed = value),
  write: (value) => value.toFixed(0),
};

/** From the person's neutral look to that of their first photograph. */
const look: HeadControl = {
  ...share,
  label: 'look',
  hint: '0: the person’s neutral look, 1: that of their first photo',
  path: 'latentMix',
  get: (head) => head.latentMix,
  set: (head, value) => {
    if (!head.looks[1]) head.looks = [null, { latent: { 0: 1 } }];
    head.latentMix = value;
  },
};

const isPerson = (head: PersonalizedHeadMesh): boolean =>
  (head.metadata as { personalizedHead?: { url?: string } }).personalizedHead?.url !== undefined;

/** A bare base has many faces, a person many looks. */
export const controlsOf = (head: PersonalizedHeadMesh): readonly HeadControl[] => [
  ...keyedControls,
  isPerson(head) ? look : seed,
];
