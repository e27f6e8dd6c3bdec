import { efforts, type Effort } from '../../personalize/personalize.js';

export type EffortName = keyof typeof efforts;

/** What the page's address may say. */
export interface PersonalizeParameters {
  /** Chosen at first. */
  readonly effort: EffortName;
  /** Steps in place of the chosen effort's: `person`, `shared`, `photo`, and `steps` of the training. */
  readonly steps: Partial<Effort>;
  /** Side of the previews, pixels. */
  readonly preview?: number;
  /** Of the finished head: side of its picture in pixels, and samples a ray in each pass; absent: what suits the device. */
  readonly size?: number;
  readonly samples?: number;
  readonly backend: 'auto' | 'wasm';
  /** Address of a service that makes the head; null: this browser does. */
  readonly service: string | null;
}

/** @returns null for what is no address of the web */
function webAddress(text: string | null): string | null {
  const url = text !== null && URL.canParse(text) ? new URL(text) : null;
  return url && /^https?:$/.test(url.protocol) ? url.href : null;
}

function whole(text: string | null): number | undefined {
  const value = Number(text ?? 0);
  return Number.isInteger(value) && value > 0 ? value : undefined;
}

/** Reads `?effort=draft&steps=300&photo=16&person=100`; what is missing or no whole number keeps its default. */
export function readParameters(search: string): PersonalizeParameters {
  const query = new URLSearchParams(search);
  const number = <K extends string>(key: K, name: string): Partial<Record<K, number>> => {
    const value = whole(query.get(name));
    return value === undefined ? {} : ({ [key]: value } as Record<K, number>);
  };
  return {
    effort: query.get('effort') === 'good' ? 'good' : 'draft',
    steps: {
      ...number('person', 'person'),
      ...number('shared', 'shared'),
      ...number('photo', 'photo'),
      ...number('training', 'steps'),
    },
    ...number('preview', 'preview'),
    ...number('size', 'size'),
    ...number('samples', 'samples'),
    backend: query.get('backend') === 'wasm' ? 'wasm' : 'auto',
    service: webAddress(query.get('service')),
  };
}
