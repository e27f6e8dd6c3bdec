import { AssetError, NumericError, ShapeError } from '../../runtime/core/errors.js';
import { smoothstep } from './easing.js';
import { mixAmounts } from './mixAmounts.js';
import type { Track } from './track.js';
import { visemeAmounts, VISEMES, visemeOf, type Viseme } from './visemes.js';

/** Visemes in time, as speech services and TalkingHead give them. */
export interface VisemeTimeline {
  /** Oculus names: `aa`, `PP`, `viseme_aa`, in any case. */
  readonly visemes: readonly string[];
  /** When each begins, milliseconds. */
  readonly times: readonly number[];
  /** How long each lasts, milliseconds. */
  readonly durations: readonly number[];
}

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

function read({ visemes, times, durations }: VisemeTimeline): Spoken[] {
  if (times.length !== visemes.length || durations.length !== visemes.length) {
    throw new ShapeError(
      'lipSync/timeline',
      `speakVisemes: expected a time and a duration for each of ${visemes.length} visemes, ` +
        `got ${times.length} times and ${durations.length} durations.`,
    );
  }
  return visemes.map((name, i) => {
    const viseme = visemeOf(name);
    if (!viseme) {
      throw new AssetError(
        'lipSync/viseme',
        `speakVisemes: viseme ${i} is "${name.slice(0, 40)}". Expected one of ${VISEMES.join(', ')}.`,
      );
    }
    const [start, length] = [times[i]! / 1000, durations[i]! / 1000];
    if (!Number.isFinite(start) || !(length >= 0 && Number.isFinite(length))) {
      throw new NumericError(
        'lipSync/times',
        `speakVisemes: viseme ${i}: expected milliseconds, got time ${times[i]!} and duration ${durations[i]!}.`,
      );
    }
    return { viseme, start, end: start + length };
  });
}
