import { AssetError, NumericError, ShapeError } from '../../runtime/core/errors.js';
import { smoothstep } from './easing.js';
import { isList, kindOf, numberOf } from '../../runtime/core/kindOf.js';
import { mixAmounts } from '../vocabulary/mixAmounts.js';
import type { Track } from './track.js';
import { visemeAmounts, VISEMES, visemeOf, type Viseme } from '../vocabulary/visemes.js';

/** Visemes in time, as speech services and TalkingHead give them. */
export interface VisemeTimeline {
  /** Oculus names (`aa`, `PP`, `viseme_aa`), Azure's ids 0 to 21, or Polly's names. */
  readonly visemes: readonly (string | number)[];
  /** When each begins, milliseconds. */
  readonly times: readonly number[];
  /** How long each lasts, milliseconds. Absent, or all 0: each lasts until the next, the last one 0.1 s. */
  readonly durations?: readonly number[];
}

/** Events as services send them while they speak: Azure's, with offsets in ticks of 100 ns, or Polly's speech marks. */
export type VisemeEvent =
  | { readonly visemeId: number; readonly audioOffset: number | bigint }
  | { readonly time: number; readonly value: string; readonly type?: string };

interface Spoken {
  readonly viseme: Viseme;
  /** Seconds. */
  readonly start: number;
  readonly end: number;
}

/** A mouth moves to the next sound before it is heard and while the last one fades: seconds to either side. */
const blend = 0.055;

/**
 * A mouth that speaks a timeline. Sounds that follow each other cross over: their weights sum to 1 throughout.
 * @throws ShapeError, NumericError, AssetError where the timeline is none
 */
export function visemeTrack(timeline: VisemeTimeline): Track {
  const spoken = read(timeline);
  const last = Math.max(0, ...spoken.map(({ end }) => end));
  return {
    length: last + blend,
    at: (time) => mixAmounts(spoken.map((sound) => [visemeAmounts[sound.viseme], weight(sound, time)])),
  };
}

function weight({ start, end }: Spoken, time: number): number {
  // Both slopes are as wide for neighbours that touch, whatever their lengths: only so do they complete each other.
  const slope = (edge: number): number => smoothstep((time - edge + blend) / (2 * blend));
  if (time < start - blend || time > end + blend) return 0;
  return Math.max(0, slope(start) - slope(end));
}

/** The last one's, milliseconds, where no durations are given. */
const lastDuration = 100;
/** Milliseconds that no sound lasts, or is too short for to be seen in a whole timeline: another unit is meant. */
const longest = 10_000;
const shortest = 5;

/**
 * Events of a speech service as a timeline. Other kinds of Polly's marks (words, sentences) are left out.
 * @throws ShapeError `lipSync/timeline` for what are no events
 */
export function timelineOfEvents(events: Iterable<VisemeEvent>): VisemeTimeline {
  const list: readonly unknown[] = isIterable(events) ? [...(events as Iterable<unknown>)] : [events];
  const spoken = list.flatMap((event, i) => {
    const { visemeId, audioOffset, time, value, type } = (event ?? {}) as Record<string, unknown>;
    if (visemeId !== undefined && (typeof audioOffset === 'number' || typeof audioOffset === 'bigint')) {
      return { viseme: visemeId as number, time: Number(audioOffset) / 10_000 };
    }
    if (typeof type === 'string' && type !== 'viseme') return [];
    if (typeof value === 'string' && numberOf(time) !== undefined) return { viseme: value, time: numberOf(time)! };
    throw new ShapeError(
      'lipSync/timeline',
      `timelineOfEvents: event ${i}: expected { visemeId, audioOffset } or { time, value }, got ${kindOf(event)}.`,
    );
  });
  spoken.sort((a, b) => a.time - b.time);
  return { visemes: spoken.map(({ viseme }) => viseme), times: spoken.map(({ time }) => time) };
}

const isIterable = (value: unknown): boolean => typeof value === 'object' && value !== null && Symbol.iterator in value;

function read(timeline: VisemeTimeline): Spoken[] {
  const given: unknown = timeline;
  const { visemes, times, durations } = (given ?? {}) as Partial<Record<keyof VisemeTimeline, unknown>>;
  if (!isList(visemes) || !isList(times) || !(durations === undefined || durations === null || isList(durations))) {
    throw new ShapeError(
      'lipSync/timeline',
      'speakVisemes: expected { visemes: ["aa"], times: [0], durations: [200] } in milliseconds, got ' +
        `${typeof given === 'object' && given !== null ? `visemes as ${kindOf(visemes)}, times as ${kindOf(times)} and durations as ${kindOf(durations)}` : kindOf(given)}. ` +
        'Events of Azure and Polly are read by timelineOfEvents.',
    );
  }
  const lengths = durations && Array.from(durations).some((duration) => duration !== 0) ? durations : undefined;
  if (times.length !== visemes.length || (durations && durations.length !== visemes.length)) {
    throw new ShapeError(
      'lipSync/timeline',
      `speakVisemes: expected a time and a duration for each of ${visemes.length} visemes, ` +
        `got ${times.length} times and ${durations?.length ?? 'no'} durations.`,
    );
  }
  const spoken = Array.from(visemes, (name: unknown, i) => {
    const viseme = visemeOf(name as string);
    if (!viseme) {
      throw new AssetError(
        'lipSync/viseme',
        `speakVisemes: viseme ${i} is ${kindOf(name)}. Expected one of ${VISEMES.join(', ')}, an id of Azure (0 to 21) or of Polly.`,
      );
    }
    const start = numberOf(times[i]);
    const next = i + 1 < times.length ? (numberOf(times[i + 1]) ?? NaN) - (start ?? NaN) : lastDuration;
    const length = lengths ? numberOf(lengths[i]) : next;
    if (start === undefined || length === undefined || !(length >= 0)) {
      throw new NumericError(
        'lipSync/times',
        lengths
          ? `speakVisemes: viseme ${i}: expected milliseconds, got time ${kindOf(times[i])} and duration ${kindOf(lengths[i])}.`
          : `speakVisemes: viseme ${i}: expected milliseconds, rising, got time ${kindOf(times[i])} and after it ${kindOf(times[i + 1])}.`,
      );
    }
    return { viseme, start: start / 1000, end: (start + length) / 1000 };
  });
  expectMilliseconds(spoken);
  return spoken;
}

/** Ticks hold a mouth for minutes, seconds are over before a frame is drawn. */
function expectMilliseconds(spoken: readonly Spoken[]): void {
  const sounds = spoken.filter(({ viseme }) => viseme !== 'sil');
  const spans = sounds.map(({ start, end }) => 1000 * (end - start));
  const most = spans.reduce((longest, span) => Math.max(longest, span), 0);
  if (most <= longest && (most === 0 || most >= shortest)) return;
  throw new NumericError(
    'lipSync/units',
    `speakVisemes: expected milliseconds, got sounds of up to ${Number(most.toPrecision(4))}. ` +
      (most > longest
        ? 'Divide ticks of 100 ns by 10000 and end a long silence with sil.'
        : 'Multiply seconds by 1000.'),
  );
}
