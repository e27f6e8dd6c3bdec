import type { PersonalizedHeadMesh } from '../node/members.js';
import type { HeadLook, HeadMetadata } from '../node/metadata.js';
import { headMetadata } from '../node/metadata.js';
import { headOf } from './headOf.js';
import { memberRow, type HeadRow, type HeadSection } from './row.js';

const share = { min: 0, max: 1, step: 0.01 } as const;
/** Hexadecimal digits of a hash that are shown: enough to tell any two bases apart. */
const hashDigits = 16;

const metadataOf = (head: PersonalizedHeadMesh): Partial<HeadMetadata> => headMetadata(head) ?? {};

/** `heads/alice.head?v=2` is `alice.head`. */
const fileName = (url: string | undefined): string => url?.split(/[?#]/)[0]!.split('/').at(-1) ?? '';

function writeLook(look: HeadLook | null): string {
  if (!look) return 'now';
  if (look.seed !== undefined) return `seed ${look.seed}`;
  const weights = Object.entries(look.latent ?? {}).map(([anchor, weight]) => `${+weight.toFixed(2)} of ${anchor}`);
  return weights.length > 0 ? weights.join(' + ') : 'neutral';
}

/** Keeps the look of now as one end of what `latentMix` mixes. */
function keepLook(head: PersonalizedHeadMesh, end: 0 | 1): void {
  const look = headOf(head)!.look();
  const [from, to] = head.looks;
  head.looks = end === 0 ? [look, to] : [from, look];
}

const files: readonly HeadRow[] = [
  {
    kind: 'text',
    label: 'person',
    description: 'The .head file; a head without one is a face of the base.',
    get: (head) => fileName(metadataOf(head).url) || 'none',
  },
  { kind: 'text', label: 'base', get: (head) => fileName(metadataOf(head).base?.url) || 'any with its hash' },
  {
    kind: 'text',
    label: 'base hash',
    description: 'The first digits of the SHA-256 of its weights; people belong to the base with their hash.',
    get: (head) => metadataOf(head).base?.hash?.slice(0, hashDigits) ?? 'not known yet',
  },
];

const mix: readonly HeadRow[] = [
  {
    kind: 'text',
    label: 'looks',
    description: 'What latentMix mixes.',
    get: (head) => head.looks.map(writeLook).join(' → '),
  },
  memberRow('latentMix', share),
  { kind: 'button', label: 'Mix from this look', press: (head) => keepLook(head, 0) },
  { kind: 'button', label: 'Mix to this look', press: (head) => keepLook(head, 1) },
];

const seed = memberRow('seed', { min: 0, max: 99, step: 1, open: true });

/** Weights need not sum to 1, and may lie beyond a photograph. */
const anchors = (head: PersonalizedHeadMesh): readonly HeadRow[] => [
  { kind: 'heading', label: 'Anchors' },
  ...Object.keys(head.latent).map((name) => memberRow(`latent.${name}`, { ...share, open: true }, `anchor ${name}`)),
];

/** 1 is a usual step; the base keeps what it shows within what it can. */
function attributes(head: PersonalizedHeadMesh): readonly HeadRow[] {
  const names = Object.keys(head.attributes);
  if (names.length === 0) return [];
  const range = { min: -2, max: 2, step: 0.05, open: true } as const;
  return [
    { kind: 'heading', label: 'Attributes' },
    ...names.map((name) => memberRow(`attributes.${name}`, range, name)),
  ];
}

/** Who it is: files, and which face of theirs. A bare base has seeds, a person anchors. */
export const identitySection: HeadSection = {
  name: 'Identity',
  rows: (head) =>
    metadataOf(head).url === undefined
      ? [...files, seed, ...mix, ...attributes(head)]
      : [...files, ...mix, ...attributes(head), ...anchors(head)],
};
