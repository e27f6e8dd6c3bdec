import type { ArkitAmounts } from '../arkitNames.js';

const both = (name: string, amount: number): ArkitAmounts => ({ [`${name}Left`]: amount, [`${name}Right`]: amount });

/** The five emotions that VRM names. */
export type Emotion = 'happy' | 'sad' | 'angry' | 'surprised' | 'relaxed';

/**
 * Faces of the five emotions that VRM names, in ARKit's expressions; of this project's own making. Mix them by weight
 * (`mixAmounts`), and with speech: their mouths are restrained enough for that.
 */
export const emotionAmounts: Readonly<Record<Emotion, ArkitAmounts>> = {
  happy: { ...both('mouthSmile', 0.75), ...both('cheekSquint', 0.5), ...both('eyeSquint', 0.25), browInnerUp: 0.1 },
  sad: {
    ...both('mouthFrown', 0.6),
    browInnerUp: 0.7,
    mouthShrugLower: 0.3,
    mouthPucker: 0.1,
    ...both('eyeLookDown', 0.2),
    ...both('eyeBlink', 0.12),
  },
  angry: {
    ...both('browDown', 0.85),
    ...both('noseSneer', 0.4),
    ...both('eyeSquint', 0.35),
    ...both('mouthPress', 0.35),
    ...both('mouthFrown', 0.25),
    jawForward: 0.15,
  },
  surprised: {
    browInnerUp: 0.7,
    ...both('browOuterUp', 0.75),
    ...both('eyeWide', 0.7),
    jawOpen: 0.3,
    mouthFunnel: 0.15,
  },
  relaxed: { ...both('mouthSmile', 0.25), ...both('eyeBlink', 0.15), ...both('eyeSquint', 0.1), mouthClose: 0.05 },
};

export const EMOTIONS = Object.keys(emotionAmounts) as readonly Emotion[];
