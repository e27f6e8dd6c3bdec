import type { ArkitAmounts } from '../arkitNames.js';
import { mixAmounts } from '../vocabulary/mixAmounts.js';
import { visemeAmounts } from '../vocabulary/visemes.js';

/** Babylon's `sound.analyzer` (audio engine v2). */
export interface FrequencyAnalyzer {
  getByteFrequencyData(): Uint8Array;
}

/** A Web Audio AnalyserNode. */
export interface FrequencyNode {
  readonly frequencyBinCount: number;
  getByteFrequencyData(array: Uint8Array<ArrayBuffer>): void;
}

/** Anything that tells how loud a voice is at each pitch, 0..255 a bin from 0 to half the sample rate. */
export type VoiceSource = FrequencyAnalyzer | FrequencyNode;

function isNode(source: VoiceSource): source is FrequencyNode {
  // Babylon's analyzers count their bins as well; what differs is whether the method wants an array.
  return source.getByteFrequencyData.length > 0;
}

/** A function that gives a source's bins of now, in an array that it may use again. */
export function binReader(source: VoiceSource): () => Uint8Array {
  if (!isNode(source)) return () => source.getByteFrequencyData();
  let bins = new Uint8Array(source.frequencyBinCount);
  return () => {
    if (bins.length !== source.frequencyBinCount) bins = new Uint8Array(source.frequencyBinCount);
    source.getByteFrequencyData(bins);
    return bins;
  };
}

/** Bands of a voice, Hz: rumble of open vowels, the formants of bright ones, and the hiss of s and sh. */
const bands = { open: [200, 900], bright: [1500, 3500], hiss: [4500, 9000] } as const;
/** Loudness, 0..1, below which a band is silence, and the one at which a mouth is as open as it gets. */
const silence = 0.22;
const full = 0.75;

function loudness(bins: Uint8Array, sampleRate: number, [from, to]: readonly [number, number]): number {
  const bin = (hertz: number): number => Math.round((hertz / (sampleRate / 2)) * bins.length);
  const [first, end] = [bin(from), Math.min(bins.length, Math.max(bin(from) + 1, bin(to)))];
  let sum = 0;
  for (let i = first; i < end; i++) sum += bins[i]!;
  const mean = end > first ? sum / (end - first) / 255 : 0;
  return Math.min(1, Math.max(0, (mean - silence) / (full - silence)));
}

/** A mouth that is as open and as wide as a voice sounds. No words are understood: for those, speak visemes. */
export function mouthOfBins(bins: Uint8Array, sampleRate: number): ArkitAmounts {
  const open = loudness(bins, sampleRate, bands.open);
  const bright = loudness(bins, sampleRate, bands.bright);
  const hiss = loudness(bins, sampleRate, bands.hiss);
  const voiced = Math.max(0, open - 0.5 * hiss);
  return mixAmounts([
    [visemeAmounts.aa, voiced * (1 - 0.6 * bright)],
    [visemeAmounts.E, voiced * 0.6 * bright],
    [visemeAmounts.O, 0.25 * voiced * (1 - bright)],
    [visemeAmounts.SS, Math.max(0, hiss - 0.5 * open)],
  ]);
}
