import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Logger } from '@babylonjs/core/Misc/logger.js';
import { frameTrack } from '../../../plugin/behaviors/frameTrack.js';
import { LipSyncBehavior } from '../../../plugin/behaviors/lipSyncBehavior.js';
import { timelineOfEvents, visemeTrack } from '../../../plugin/behaviors/visemeTrack.js';
import { visemeAmounts } from '../../../plugin/vocabulary/visemes.js';
import { createHead, createStage, type Stage, type TestHead } from './stage.js';

const word = { visemes: ['PP', 'aa', 'sil', 'O'], times: [0, 200, 400, 600], durations: [200, 200, 200, 300] };

describe('visemes in time', () => {
  const track = visemeTrack(word);

  test('are whole in their middle', () => {
    expect(track.at(0.1)).toEqual(visemeAmounts.PP);
    expect(track.at(0.3)).toEqual(visemeAmounts.aa);
    expect(track.at(0.5)).toEqual({});
    expect(track.at(0.75)).toEqual(visemeAmounts.O);
  });

  test('cross over where they touch, and end', () => {
    const half = track.at(0.2);
    expect(half.jawOpen).toBeCloseTo(visemeAmounts.aa.jawOpen! / 2, 10);
    expect(half.mouthPressLeft).toBeCloseTo(visemeAmounts.PP.mouthPressLeft! / 2, 10);
    for (let time = 0.1; time < 0.3; time += 0.01) {
      const { jawOpen = 0, mouthPressLeft = 0 } = track.at(time);
      expect(jawOpen / visemeAmounts.aa.jawOpen! + mouthPressLeft / visemeAmounts.PP.mouthPressLeft!).toBeCloseTo(1, 9);
    }
    expect(track.length).toBeCloseTo(0.955, 9);
    expect(track.at(track.length).jawOpen ?? 0).toBeCloseTo(0, 9);
  });

  test('shorter than a mouth can follow stay small, and those of no length stay away', () => {
    const short = visemeTrack({ visemes: ['aa', 'O'], times: [100, 300], durations: [30, 0] });
    const peak = short.at(0.115).jawOpen!;
    expect(peak).toBeGreaterThan(0.1);
    expect(peak).toBeLessThan(0.8 * visemeAmounts.aa.jawOpen!);
    expect(short.at(0.3)).toEqual({});
  });

  test.each([
    ['lengths', { visemes: ['aa'], times: [0, 1], durations: [1] }, 'expected a time and a duration for each of 1'],
    ['names', { visemes: ['zz'], times: [0], durations: [1] }, 'viseme 0 is "zz". Expected one of sil, PP'],
    ['numbers', { visemes: ['aa'], times: [NaN], durations: [1] }, 'expected milliseconds, got time NaN'],
    ['durations', { visemes: ['aa'], times: [0], durations: [-1] }, 'duration -1'],
  ])('refuses wrong %s', (_what, timeline, message) => expect(() => visemeTrack(timeline)).toThrow(message));
});

describe('events of speech services', () => {
  const middle = (timeline: unknown, time: number): unknown => visemeTrack(timeline as typeof word).at(time);
  const times = [0, 200, 400];

  test('without durations last until the next', () => {
    expect(middle({ visemes: ['aa', 'O', 'sil'], times }, 0.1)).toEqual(visemeAmounts.aa);
    expect(middle({ visemes: ['aa', 'O', 'sil'], times, durations: [0, 0, 0] }, 0.3)).toEqual(visemeAmounts.O);
  });

  test('may be numbers of Azure, or its events and Polly’s', () => {
    expect(middle({ visemes: [0, 2, 21], times: [0, 50, 200], durations: [50, 150, 200] }, 0.13)).toEqual(
      visemeAmounts.aa,
    );
    const azure = [0, 2, 21].map((visemeId, i) => ({ visemeId, audioOffset: BigInt(2_000_000 * i) }));
    expect(timelineOfEvents(azure)).toEqual({ visemes: [0, 2, 21], times: [0, 200, 400] });
    const polly = [
      { time: 0, type: 'word', value: 'pa' },
      { time: 10, type: 'viseme', value: 'p' },
      { time: 90, type: 'viseme', value: 'a' },
    ];
    expect(timelineOfEvents(polly)).toEqual({ visemes: ['p', 'a'], times: [10, 90] });
    expect(() => timelineOfEvents([{ id: 1 }] as never)).toThrow('event 0: expected { visemeId, audioOffset }');
  });

  test.each<[string, unknown, string]>([
    ['ticks', { visemes: ['aa', 'O'], times: [0, 2e6], durations: [2e6, 2e6] }, 'Divide ticks of 100 ns by 10000'],
    ['seconds', { visemes: ['aa', 'O'], times: [0, 0.2], durations: [0.2, 0.2] }, 'Multiply seconds by 1000'],
    ['a Map', new Map(), 'got visemes as undefined'],
    ['nothing', undefined, 'got undefined'],
    ['times that fall', { visemes: ['aa', 'O'], times: [200, 0] }, 'expected milliseconds, rising'],
    ['an id that there is not', { visemes: [99], times: [0] }, 'viseme 0 is 99'],
  ])('%s are an error', (_what, wrong, message) => expect(() => middle(wrong, 0)).toThrow(message));
});

describe('frames of a face', () => {
  const frames = {
    fps: 10,
    names: ['JawOpen', 'Face_eyeBlink_L', '_neutral'],
    frames: [
      [0, 1, 5],
      [1, 0, 5],
      [0.5, 0, 5],
    ],
  };

  test('are played by time, straight between two', () => {
    const track = frameTrack(frames);
    expect(track.length).toBe(0.2);
    expect(track.at(0)).toEqual({ jawOpen: 0, eyeBlinkLeft: 1 });
    expect(track.at(0.05)).toEqual({ jawOpen: 0.5, eyeBlinkLeft: 0.5 });
    expect(track.at(0.15).jawOpen).toBeCloseTo(0.75, 10);
    expect(track.at(9)).toEqual({ jawOpen: 0.5, eyeBlinkLeft: 0 });
  });

  test('may be none', () => {
    expect(frameTrack({ fps: 30, names: [], frames: [] }).at(0)).toEqual({});
  });

  test.each([
    ['rates', { ...frames, fps: 0 }, 'expected frames a second, got 0'],
    ['rows', { ...frames, frames: [[0, 1]] }, 'frame 0: expected 3 amounts, one a name, got 2'],
    ['numbers', { ...frames, frames: [[0, NaN, 1]] }, 'frame 0: Face_eyeBlink_L is no number'],
  ])('refuses wrong %s', (_what, wrong, message) => expect(() => frameTrack(wrong)).toThrow(message));
});

describe('a head that speaks', () => {
  let stage: Stage;
  let head: TestHead;
  let speech: LipSyncBehavior;
  beforeEach(() => {
    stage = createStage();
    head = createHead(stage.scene);
    speech = new LipSyncBehavior();
    head.addBehavior(speech);
  });
  afterEach(() => stage.dispose());
  const jaw = (): number => head.expression.jawOpen!;

  test('forms visemes in the scene’s time, on top of its smile, and says when it is done', () => {
    let ends = 0;
    speech.onEndObservable.add(() => ends++);
    head.expression.mouthSmileLeft = 0.5;
    speech.speakVisemes(word);
    stage.step(3);
    expect(jaw()).toBe(0);
    stage.step(0.3);
    expect(jaw()).toBeCloseTo(visemeAmounts.aa.jawOpen!, 2);
    expect(head.expression.mouthSmileLeft).toBe(0.5);
    stage.step(0.45);
    expect(head.expression.mouthFunnel).toBeCloseTo(visemeAmounts.O.mouthFunnel!, 2);
    expect([speech.isSpeaking, ends]).toEqual([true, 0]);
    stage.step(0.5);
    expect([speech.isSpeaking, ends, jaw()]).toEqual([false, 1, 0]);
    expect(head.expression.mouthSmileLeft).toBe(0.5);
  });

  test('keeps to a sound’s clock', () => {
    let seconds = 0.3;
    speech.speakVisemes(word, { clock: () => seconds });
    stage.step(0.016);
    expect(jaw()).toBeCloseTo(visemeAmounts.aa.jawOpen!, 2);
    seconds = 0.5;
    stage.step(0.016);
    expect(jaw()).toBe(0);
  });

  test('plays frames, weaker when asked, and stops', () => {
    speech.strength = 0.5;
    speech.playBlendshapeFrames({ fps: 1, names: ['jawOpen'], frames: [[1], [1], [1]] });
    stage.step(0.016);
    expect(jaw()).toBe(0.5);
    speech.stop();
    stage.step(0.016);
    expect(jaw()).toBe(0);
  });

  test('goes on with what it says where what comes next is wrong', () => {
    speech.playBlendshapeFrames({ fps: 1, names: ['jawOpen'], frames: [[0.5], [0.5]] });
    expect(() => speech.speakVisemes({ visemes: ['?'], times: [0], durations: [1] })).toThrow('viseme 0');
    stage.step(0.016);
    expect(jaw()).toBe(0.5);
  });

  test('says one sentence after another, and what interrupts at once', () => {
    const say = (name: string, queue?: 'append' | 'interrupt'): void =>
      speech.playBlendshapeFrames({ fps: 1, names: [name], frames: [[1], [1]] }, queue && { queue });
    let ends = 0;
    speech.onEndObservable.add(() => ends++);
    const shown = (): string[] => Object.keys(head.expression).filter((name) => head.expression[name]! > 0);
    say('jawOpen', 'append');
    say('tongueOut', 'append');
    say('cheekPuff', 'append');
    stage.step(0.016);
    expect([shown(), speech.waiting, ends]).toEqual([['jawOpen'], 2, 0]);
    stage.step(0.9);
    stage.step(0.3);
    expect([shown(), speech.waiting, ends]).toEqual([['tongueOut'], 1, 1]);
    say('mouthLeft', 'interrupt');
    stage.step(0.016);
    expect([shown(), speech.waiting, ends]).toEqual([['mouthLeft'], 1, 1]);
    stage.step(0.95);
    stage.step(0.2);
    expect([shown(), speech.waiting, ends]).toEqual([['cheekPuff'], 0, 2]);
    say('mouthRight', 'append');
    say('jawOpen');
    stage.step(0.016);
    expect([shown(), speech.waiting]).toEqual([['jawOpen'], 0]);
    expect(() => say('jawOpen', 'later' as never)).toThrow('expected queue now, append or interrupt, got "later"');
    expect(() => new LipSyncBehavior({ strenght: 1 } as never)).toThrow('Did you mean strength?');
  });

  /** As loud as asked in a band of Hz, at 48 kHz. */
  const spectrum = (level: number, [from, to]: readonly [number, number]): Uint8Array<ArrayBuffer> =>
    Uint8Array.from({ length: 1024 }, (_, i) => {
      const hertz = (i * 24000) / 1024;
      return hertz >= from && hertz < to ? level : 20;
    });

  test('opens the mouth with a voice, of a Babylon sound or an AnalyserNode', () => {
    let bins = spectrum(190, [0, 1200]);
    const node = {
      frequencyBinCount: 1024,
      getByteFrequencyData: (array: Uint8Array<ArrayBuffer>) => array.set(bins),
    };
    for (const source of [{ frequencyBinCount: 1024, getByteFrequencyData: () => bins }, node]) {
      speech.attachAudio(source);
      bins = spectrum(190, [0, 1200]);
      stage.run(0.3);
      const loud = jaw();
      expect(loud).toBeGreaterThan(0.4);
      bins = spectrum(100, [0, 1200]);
      stage.run(0.3);
      expect(jaw()).toBeLessThan(loud / 2);
      expect(jaw()).toBeGreaterThan(0.02);
      bins = spectrum(200, [4500, 9000]);
      stage.run(0.3);
      expect(head.expression.mouthStretchLeft).toBeGreaterThan(0.15);
      expect(jaw()).toBeLessThan(0.1);
      bins = spectrum(20, [0, 1]);
      stage.run(0.5);
      expect(jaw()).toBe(0);
    }
    bins = spectrum(190, [0, 1200]);
    speech.attachAudio(null);
    stage.run(0.3);
    expect(jaw()).toBe(0);
  });

  test('takes an analyzer that is not enabled for silence', () => {
    speech.attachAudio({ getByteFrequencyData: () => new Uint8Array(0) });
    stage.run(0.1);
    expect(Math.max(...Object.values(head.expression))).toBe(0);
  });

  test('a source that fails stops no scene, and the other behaviours go on', () => {
    speech.attachAudio({
      getByteFrequencyData: () => {
        throw new Error('disposed');
      },
    });
    const other = new LipSyncBehavior();
    other.playBlendshapeFrames({ fps: 1, names: ['tongueOut'], frames: [[1], [1]] });
    head.addBehavior(other);
    const said: string[] = [];
    Logger.OnNewCacheEntry = (entry) => said.push(entry);
    Logger.LogLevels = Logger.ErrorLogLevel;
    const { error } = console;
    console.error = () => undefined;
    expect(() => stage.run(0.1)).not.toThrow();
    console.error = error;
    expect(said.filter((entry) => entry.includes('a behaviour of its face failed'))).toHaveLength(1);
    expect(head.expression.tongueOut).toBe(1);
  });
});
