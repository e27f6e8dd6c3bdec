import { expect, test } from '@jest/globals';
import { visemeTrack } from '../../plugin/behaviors/visemeTrack.js';
import { VISEMES, visemeOf } from '../../plugin/vocabulary/visemes.js';
import { lines, visemesOf } from '../../samples/cast/speech.js';

test('letters that sound as one count as one, and pauses are kept', () => {
  const { visemes, times, durations } = visemesOf('The moon, shy.');
  expect(visemes).toEqual(['TH', 'E', 'PP', 'U', 'nn', 'CH', 'I']);
  expect(times[0]).toBe(0);
  // A blank between words, a longer rest at the comma.
  const gaps = times.slice(1).map((time, i) => time - times[i]! - durations[i]!);
  expect(gaps).toEqual([0, 45, 0, 0, 305, 0]);
});

test('every line is spoken in seconds, by visemes of every kind', () => {
  for (const line of lines) {
    const timeline = visemesOf(line);
    const { length } = visemeTrack(timeline);
    expect(length).toBeGreaterThan(1);
    expect(length).toBeLessThan(8);
    // No two sounds at once.
    expect(
      timeline.times.every((time, i) => i === 0 || time >= timeline.times[i - 1]! + timeline.durations[i - 1]!),
    ).toBe(true);
  }
  const used = new Set(lines.flatMap((line) => visemesOf(line).visemes.map(visemeOf)));
  expect(VISEMES.filter((viseme) => !used.has(viseme))).toEqual(['sil']);
});

test('what is not said takes time and no mouth', () => {
  expect(visemesOf('').visemes).toEqual([]);
  expect(visemesOf('… 42 é').visemes).toEqual([]);
});
