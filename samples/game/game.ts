import { Vector3 } from '@babylonjs/core/Maths/math.vector.js';
import { Drive } from '../../plugin/index.js';
import { visemesOf } from '../cast/speech.js';
import type { Action, Controls } from './controls.js';
import type { Crowd } from './crowd.js';
import type { Friends } from './friends.js';
import { approach, speeds, type Walker } from './walker.js';
import { edge, type World } from './world.js';

/** Seconds in which a walker gets up to speed, and in which the camera comes after. */
const [startTime, followTime] = [0.12, 0.18];
/** What the camera looks at, and how near others let somebody come; metres. */
const [chest, apart] = [1.38, 0.6];

const lines = ['Hello!', 'How do I look?', 'This is my own face, in sixty-four bytes.', 'Let us take a walk.'] as const;

export interface GameParts {
  readonly world: World;
  readonly me: Walker;
  readonly others: readonly Walker[];
  readonly crowd: Crowd;
  readonly friends: Friends;
  readonly controls: Controls;
  readonly onLine: (line: string) => void;
}

/** Moves everything that moves, once a frame. */
export class Game {
  /** Walks by itself, metres a second; null: the player says. */
  autopilot: { readonly speed: number; readonly heading: number } | null = null;
  /** The camera stays where it is. */
  cameraStays = false;
  private _next = 0;
  private _line = '';

  constructor(private readonly _parts: GameParts) {}

  get me(): Walker {
    return this._parts.me;
  }
  get others(): readonly Walker[] {
    return this._parts.others;
  }
  get friends(): Friends {
    return this._parts.friends;
  }

  act(action: Action): void {
    const { me, onLine } = this._parts;
    if (action === 'wave' || action === 'sit') me.gesture(action, 2.9);
    if (action !== 'talk' || !me.head) return;
    this._line = lines[this._next++ % lines.length]!;
    Drive(me.head, { speech: visemesOf(this._line) });
    onLine(this._line);
  }

  advance(seconds: number): void {
    const { world, me, crowd, controls, friends, onLine } = this._parts;
    const wish = controls.wish();
    const { camera } = world;
    camera.alpha -= 2 * wish.look * seconds;
    const push = Math.hypot(wish.right, wish.ahead);
    const away = me.node.position.subtract(camera.position);
    const heading = this.autopilot?.heading ?? Math.atan2(away.x, away.z) + Math.atan2(wish.right, wish.ahead);
    const speed = this.autopilot?.speed ?? push * (wish.run ? speeds.run : speeds.walk);
    me.speed += (speed - me.speed) * approach(seconds, startTime);
    if (me.speed < 0.02) me.speed = 0;
    me.advance(seconds, speed > 0.05 ? heading : null);
    this._keepOff();
    if (me.head) {
      const drive = Drive(me.head, { emotion: me.gesturing === 'wave' ? 'happy' : null });
      if (this._line && !drive.isSpeaking) {
        this._line = '';
        onLine('');
      }
    }
    crowd.advance(seconds, [me, ...friends.walkers]);
    friends.advance(seconds, me, this._line);
    if (this.cameraStays) return;
    const target = me.node.position.add(new Vector3(0, chest, 0));
    camera.target = Vector3.Lerp(camera.target, target, approach(seconds, followTime));
  }

  /** Nobody walks through others, or off the place. */
  private _keepOff(): void {
    const { position } = this.me.node;
    for (const { node } of this.others) {
      const [x, z] = [position.x - node.position.x, position.z - node.position.z];
      const way = Math.hypot(x, z);
      if (way > apart || way === 0) continue;
      position.x += x * (apart / way - 1);
      position.z += z * (apart / way - 1);
    }
    const out = Math.hypot(position.x, position.z) / edge;
    if (out > 1) position.set(position.x / out, 0, position.z / out);
  }
}
