import { describe, expect, test } from '@jest/globals';
import { framesOfFaceCsv } from '../../../plugin/behaviors/faceCsv.js';
import { frameTrack } from '../../../plugin/behaviors/frameTrack.js';
import { LipSyncBehavior } from '../../../plugin/behaviors/lipSyncBehavior.js';
import { createHead, createStage } from './stage.js';

/** As a phone's face recorder exports it; one frame was dropped between the third and the fourth. */
const csv = `Timecode,BlendShapeCount,EyeBlinkLeft,EyeBlinkRight,JawOpen,MouthSmileLeft,MouthSmileRight,HeadYaw,HeadPitch,HeadRoll,LeftEyeYaw,LeftEyePitch,LeftEyeRoll
10:00:00:00.100,61,0.0,0.0,0.10,0.2,0.2,0.00,0.00,0.00,0.0,0.0,0.0
10:00:00:02.100,61,0.0,0.0,0.20,0.2,0.2,0.10,0.02,0.00,0.0,0.0,0.0
10:00:00:04.099,61,0.0,0.0,0.30,0.2,0.2,0.20,0.04,0.00,0.0,0.0,0.0
10:00:00:08.099,61,0.0,0.0,0.50,0.2,0.2,0.40,0.08,0.00,0.0,0.0,0.0
10:00:00:10.098,61,0.0,0.0,0.60,0.2,0.2,0.50,0.10,0.00,0.0,0.0,0.0
`;
const rows = csv
  .trim()
  .split('\n')
  .map((line) => line.split(','));
const [names = [], ...body] = rows;

describe('a recorded face', () => {
  test('is read with its times, dropped frames and angles', () => {
    const track = frameTrack(framesOfFaceCsv(csv));
    expect(track.length).toBeCloseTo(10 / 60, 4);
    expect(track.at(0.1).jawOpen).toBeCloseTo(0.4, 3);
    expect(track.turnAt!(0.1).pose!.yaw).toBeCloseTo(-0.3, 3);
    expect(track.turnAt!(0.1).pose!.pitch).toBeCloseTo(-0.06, 3);
  });

  test('moves a head, and gives back what it turned', () => {
    const stage = createStage();
    const head = createHead(stage.scene);
    const speech = new LipSyncBehavior();
    head.addBehavior(speech);
    speech.playBlendshapeFrames(framesOfFaceCsv(new TextEncoder().encode(`\uFEFF${csv.replaceAll('\n', '\r\n')}`)));
    stage.step(0.016);
    stage.step(0.1);
    expect(head.expression.jawOpen).toBeCloseTo(0.4, 2);
    expect(head.pose.yaw).toBeCloseTo(-0.3, 2);
    stage.step(1);
    expect([head.expression.jawOpen, head.pose.yaw]).toEqual([0, 0]);
    stage.dispose();
  });

  test('adds up columns that share an expression, each by its share', () => {
    const jawOf = (names: string[], row: number[]): number | undefined =>
      frameTrack({ fps: 1, names, frames: [row] }).at(0).jawOpen;
    // Opens the jaw by 0.6.
    expect(jawOf(['mouthOpen'], [1])).toBeCloseTo(0.6, 12);
    expect(jawOf(['mouthOpen', 'smile'], [1, 0])).toBeCloseTo(0.6, 12);
    expect(jawOf(['jawOpen', 'mouthOpen'], [0.5, 0.1])).toBeCloseTo(0.56, 12);
  });

  test('may go past midnight, be parted by semicolons, or have times in seconds', () => {
    const night = framesOfFaceCsv('Timecode;JawOpen\n23:59:59:59.000;0,1\n00:00:00:01.000;0,3');
    expect([...(night.times as number[])][1]).toBeCloseTo(2 / 60, 6);
    expect(night.frames).toEqual([[0.1], [0.3]]);
    expect(framesOfFaceCsv('time,jawOpen,note\n5,0,a\n5.5,1,b').times).toEqual([0, 0.5]);
  });

  test.each<[unknown, string]>([
    ['', 'whose first row names expressions, got nothing'],
    ['<html>', 'got "<html>"'],
    ['jawOpen,b\n1', 'line 2: expected 2 fields'],
    ['jawOpen\nwide', 'line 2: jawOpen: expected a number, got "wide"'],
    ['timecode,jawOpen\nnoon,1', 'expected a time code such as'],
    [undefined, 'got undefined'],
    [7, 'got 7'],
  ])('%p is none', (wrong, message) => expect(() => framesOfFaceCsv(wrong as string)).toThrow(message));
});

describe('frames in the forms that programs write', () => {
  test('columns of other names are never looked at', () => {
    const track = frameTrack({ fps: 30, names, frames: body.map((row) => row.map(Number)) });
    expect(track.at(0).jawOpen).toBeCloseTo(0.1, 6);
  });
  test.each<[string, unknown]>([
    [
      'rows with weights and times',
      {
        names: ['jawOpen'],
        frames: [
          { weights: [0], time: 0 },
          { weights: [1], time: 1 },
        ],
      },
    ],
    ['rows by name', { fps: 1, frames: [{ jawOpen: 0 }, { jawOpen: 1 }] }],
    ['typed rows', { fps: 1, names: ['jawOpen'], frames: [Float32Array.of(0), Float32Array.of(1)] }],
    ['text', { fps: '1', names: ['jawOpen'], frames: [['0'], ['1']] }],
    [
      'rows of 52 in Apple’s order',
      { fps: 1, frames: [0, 1].map((y) => Array.from({ length: 52 }, (_, i) => (i === 17 ? y : 0))) },
    ],
    ['a viseme', { fps: 1, names: ['viseme_aa'], frames: [[0], [1 / 0.65]] }],
  ])('%s', (_what, frames) => expect(frameTrack(frames as never).at(0.5).jawOpen).toBeCloseTo(0.5, 6));

  const jaw = { names: ['jawOpen'], frames: [[0], [1]] };
  test.each<[string, unknown, string]>([
    [
      'unknown names',
      { fps: 30, names: ['mouth_open_c', 'jawOpne'], frames: [[1, 1]] },
      'jawOpne (did you mean jawOpen?)',
    ],
    ['percent', { fps: 30, names: ['jawOpen'], frames: [[12]] }, 'divide percent by 100'],
    ['degrees', { fps: 30, names: ['HeadYaw'], frames: [[30]] }, 'divide degrees by 57.3'],
    ['a name twice', { fps: 30, names: ['jawOpen', 'JawOpen'], frames: [[0, 0]] }, 'got jawOpen and JawOpen'],
    ['milliseconds', { ...jaw, times: [0, 33] }, 'Divide milliseconds by 1000'],
    ['times that fall', { ...jaw, times: [1, 0] }, 'frame 1: expected rising times'],
    ['too few times', { ...jaw, times: [1] }, 'expected a time for each of 2 frames, got 1'],
    ['neither times nor a rate', jaw, 'expected frames a second, got undefined'],
    ['no frames', { fps: 30 }, 'got frames as undefined'],
    ['nothing', null, 'got null'],
    ['rows that are none', { fps: 30, names: ['jawOpen'], frames: [null] }, 'frame 0: expected a list of 1 amounts'],
  ])('%s are an error', (_what, wrong, message) => expect(() => frameTrack(wrong as never)).toThrow(message));
});
