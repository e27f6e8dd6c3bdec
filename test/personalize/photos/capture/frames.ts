import type { FrameView } from '../../../../personalize/photos/capture/frameView.js';

/** A good frame of a head that looks straight, but for what a test changes. */
export const frameView = (changes: Partial<FrameView> = {}): FrameView => ({
  yaw: 0,
  pitch: 0,
  size: 0.6,
  offset: [0, 0],
  sharpness: 100,
  brightness: 120,
  mouth: { width: 0.8, opening: 0.02 },
  ...changes,
});
