import { Animation } from '@babylonjs/core/Animations/animation.pure.js';
import type { IAnimationKey } from '@babylonjs/core/Animations/animationKey.js';
import { registerUndoRedo, type Editor } from 'babylonjs-editor';
import type { PersonalizedHeadMesh } from '../../plugin/node/members.js';

/** Of the Editor's tracks. */
const framesPerSecond = 60;

/** Where the Editor's timeline stands; 0 where it is not to be seen. */
export const frameOf = ({ layout }: Editor): number =>
  Math.round(layout.animations?.timelines?.state?.currentTime ?? 0);

/** Has the track of a member a key at a frame? */
export function hasKey({ animations }: PersonalizedHeadMesh, path: string, frame: number): boolean {
  const track = animations.find(({ targetProperty }) => targetProperty === path);
  return track?.getKeys().some((key) => key.frame === frame) ?? false;
}

/**
 * Keeps a member's value in its track at the timeline's frame, as one step that can be undone; makes the track where there
 * is none. @returns the frame
 */
export function setKey(editor: Editor, head: PersonalizedHeadMesh, path: string, value: number): number {
  const frame = frameOf(editor);
  const existing = head.animations.find(({ targetProperty }) => targetProperty === path);
  const { ANIMATIONTYPE_FLOAT, ANIMATIONLOOPMODE_CYCLE } = Animation;
  const track =
    existing ?? new Animation(path, path, framesPerSecond, ANIMATIONTYPE_FLOAT, ANIMATIONLOOPMODE_CYCLE, false);
  const before = existing ? [...existing.getKeys()] : [];
  const after = [...before.filter((key) => key.frame !== frame), { frame, value } satisfies IAnimationKey].sort(
    (a, b) => a.frame - b.frame,
  );
  const show = (): void => editor.layout.animations?.setEditedObject?.(head);
  const redo = (): void => {
    track.setKeys(after);
    if (!head.animations.includes(track)) head.animations = [...head.animations, track];
  };
  redo();
  show();
  registerUndoRedo({
    undo: () => {
      if (existing) track.setKeys(before);
      else head.animations = head.animations.filter((each) => each !== track);
    },
    redo,
    action: show,
  });
  return frame;
}
