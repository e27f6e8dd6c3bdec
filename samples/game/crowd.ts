import { Vector3 } from '@babylonjs/core/Maths/math.vector.js';
import { Drive } from '../../plugin/index.js';
import { visemesOf } from '../cast/speech.js';
import type { Walker } from './walker.js';

/** Metres from which others look at somebody, and from which they speak to them. */
const [seen, met] = [5, 2.1];
/** Seconds until the same one speaks again. */
const pause = 9;
/** A speaker's head nods a little: radians, and nods a second. */
const nod = { amount: 0.05, rate: 1.1 };

const lines = [
  'Hello! I have not seen you before.',
  'What a fine head you have on your shoulders.',
  'We all share one base.',
  'Have you brought a friend? Open a second tab.',
  'Good day. Do walk on.',
  'I could stand here for hours.',
  'Come back soon!',
] as const;

interface Bystander {
  readonly walker: Walker;
  wait: number;
  speaking: number;
}

/** The others: each looks at whoever is nearest, turns to them, and says a line when they come close. */
export class Crowd {
  private readonly _all: Bystander[];

  /** @param _onLine shows what is said; empty: silence */
  constructor(
    others: readonly Walker[],
    private readonly _onLine: (line: string) => void,
  ) {
    this._all = others.map((walker) => ({ walker, wait: 0, speaking: 0 }));
    others.forEach((walker, i) => {
      const angle = (i - (others.length - 1) / 2) * 0.62;
      walker.node.position.set(4.2 * Math.sin(angle), 0, 4.2 * Math.cos(angle));
      walker.heading = Math.PI + angle;
    });
  }

  advance(seconds: number, guests: readonly Walker[]): void {
    this._all.forEach((one, i) => {
      const { walker } = one;
      one.wait -= seconds;
      const way = (guest: Walker): number => Vector3.Distance(guest.node.position, walker.node.position);
      const nearest = [...guests].sort((a, b) => way(a) - way(b))[0];
      const near = nearest && way(nearest) < seen ? nearest : null;
      const close = near && way(near) < met ? near : null;
      const towards = close?.node.position.subtract(walker.node.position);
      walker.advance(seconds, towards ? Math.atan2(towards.x, towards.z) : null);
      if (!walker.head) return;
      const drive = Drive(walker.head, { gaze: near?.head ?? null, emotion: close ? 'happy' : null });
      if (one.speaking > 0) {
        one.speaking = drive.isSpeaking ? one.speaking + seconds : 0;
        drive.drive({ pose: { pitch: -nod.amount * Math.max(0, Math.sin(2 * Math.PI * nod.rate * one.speaking)) } });
        if (one.speaking === 0) this._onLine('');
      }
      if (close && one.wait <= 0) {
        const line = lines[i % lines.length]!;
        [one.wait, one.speaking] = [pause, Number.EPSILON];
        drive.drive({ speech: visemesOf(line) });
        walker.gesture('wave', 2.8);
        this._onLine(line);
      }
    });
  }
}
