import { describe, expect, test } from '@jest/globals';
import {
  asks,
  CaptureGuide,
  hintOf,
  type Ask,
  type GuideState,
} from '../../../../personalize/photos/capture/captureGuide.js';
import type { FrameView } from '../../../../personalize/photos/capture/frameView.js';
import { frameView } from './frames.js';

/** What a person does who follows: turns slowly as far as asked for. The camera sees the head 3 degrees from below. */
const acts: Readonly<Record<Ask, readonly Partial<FrameView>[]>> = {
  front: [{}, {}, {}],
  left: [6, 14, 22, 30, 38, 20, 4].map((yaw) => ({ yaw: -yaw })),
  right: [6, 14, 22, 30, 38, 20, 4].map((yaw) => ({ yaw })),
  up: [4, 7, 11, 15, 5].map((pitch) => ({ pitch: -pitch })),
  down: [4, 7, 11, 15, 5].map((pitch) => ({ pitch })),
  smile: [0.82, 0.9, 0.92, 0.95].map((width) => ({ mouth: { width, opening: 0.05 } })),
  open: [0.05, 0.2, 0.3, 0.25].map((opening) => ({ mouth: { width: 0.78, opening } })),
};
const seen = (act: Partial<FrameView>): FrameView => frameView({ ...act, pitch: (act.pitch ?? 0) - 3 });

/** Lets somebody follow a guide at four frames a second until it asks for nothing. */
function follow(guide: CaptureGuide, does: (ask: Ask) => readonly Partial<FrameView>[], most = 400) {
  const order: Ask[] = [];
  let seconds = 0;
  let state: GuideState = guide.state;
  while (state.ask !== null && seconds < most) {
    const { ask } = state;
    if (order.at(-1) !== ask) order.push(ask);
    for (const act of does(ask)) state = guide.see(seen(act), (seconds += 0.25));
  }
  return { state, order, seconds };
}

describe('a guided capture', () => {
  test('asks for every view in order, and is full within 20 seconds', () => {
    const { state, order, seconds } = follow(new CaptureGuide(), (ask) => acts[ask]);
    expect(order).toEqual([...asks]);
    expect(Object.values(state.seen)).toEqual(asks.map(() => 1));
    expect([...state.skipped]).toEqual([]);
    expect(seconds).toBeLessThan(20);
  });

  test('counts the views of left where the camera stands at the right of the head, and no others', () => {
    const guide = new CaptureGuide();
    acts.front.forEach((act, i) => guide.see(seen(act), i));
    // The person's own left: the camera then sees the right cheek, which EG3D calls negative yaw.
    const { seen: after } = guide.see(seen({ yaw: -24 }), 4);
    expect(after).toMatchObject({ left: 1 / 3, right: 0, up: 0, down: 0 });
    expect(guide.see(seen({ yaw: -24.5 }), 5).seen.left).toBe(1 / 3);
    expect(guide.see(seen({ pitch: -10 }), 6).seen).toMatchObject({ up: 1 / 2, down: 0 });
  });

  test('takes a view that comes unasked', () => {
    const guide = new CaptureGuide();
    acts.front.forEach((act, i) => guide.see(seen(act), i));
    for (const act of acts.right) guide.see(seen(act), 4);
    expect(guide.state).toMatchObject({ ask: 'left', seen: { right: 1 } });
    for (const act of acts.left) guide.see(seen(act), 5);
    expect(guide.state.ask).toBe('up');
  });

  test('starts from a straight look: nothing else counts before', () => {
    const guide = new CaptureGuide();
    for (let i = 0; i < 40; i++) guide.see(seen({ yaw: 35 }), i);
    expect(guide.state).toMatchObject({ ask: 'front', seen: { front: 0, right: 0 } });
    expect([...guide.state.skipped]).toEqual([]);
  });

  test('does not take an open mouth for a smile, nor a turned head for either', () => {
    const guide = new CaptureGuide();
    acts.front.forEach((act, i) => guide.see(seen(act), i));
    guide.see(seen({ mouth: { width: 0.95, opening: 0.3 } }), 4);
    expect(guide.state.seen).toMatchObject({ smile: 0, open: 1 / 3 });
    guide.see(seen({ yaw: 30, mouth: { width: 0.95, opening: 0.02 } }), 5);
    expect(guide.state.seen.smile).toBe(0);
  });

  test('goes on where somebody cannot do what is asked for, and says what was left out', () => {
    const { state } = follow(new CaptureGuide(), (ask) => (ask === 'up' ? [{}] : acts[ask]));
    expect(state.ask).toBeNull();
    expect([...state.skipped]).toEqual(['up']);
    expect(state.seen).toMatchObject({ up: 0, down: 1 });
  });

  test('waits as long as it takes where no face is seen', () => {
    const guide = new CaptureGuide();
    acts.front.forEach((act, i) => guide.see(seen(act), i));
    for (let i = 0; i < 100; i++) guide.see(null, 4 + i);
    expect(guide.state).toMatchObject({ ask: 'left', hint: 'no-face' });
  });

  test('leaves out what the user skips', () => {
    const guide = new CaptureGuide();
    expect(guide.skip(0).ask).toBe('front');
    acts.front.forEach((act, i) => guide.see(seen(act), i));
    expect(guide.skip(4).ask).toBe('right');
    expect([...guide.state.skipped]).toEqual(['left']);
  });
});

test.each([
  ['no-face', null],
  ['light', frameView({ brightness: 20 })],
  ['closer', frameView({ size: 0.2 })],
  ['back', frameView({ size: 1.3 })],
  ['middle', frameView({ offset: [0.1, -0.4] })],
  ['still', frameView({ sharpness: 5 })],
  [null, frameView()],
] as const)('hints %s', (hint, view) => {
  expect(hintOf(view)).toBe(hint);
  // Such a frame fills nothing.
  if (hint) expect(new CaptureGuide().see(view, 0)).toMatchObject({ hint, seen: { front: 0 } });
});
