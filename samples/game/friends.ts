import { Drive, FacePacketPlayer, writeFacePacket } from '../../plugin/index.js';
import { bodyNames, type BodyName } from './parameters.js';
import { approach, type Walker } from './walker.js';

/** What a tab tells the others, thirty times a second. */
interface Told {
  readonly id: string;
  /** Which person, and on which body; a person of a file is shown by a seed elsewhere. */
  readonly seed: number;
  readonly body: BodyName;
  /** x, z, heading, metres a second. */
  readonly place: readonly [number, number, number, number];
  /** 64 bytes. */
  readonly face: Uint8Array<ArrayBuffer>;
  /** What is being said; empty: nothing. */
  readonly line: string;
}

interface Friend {
  readonly player: FacePacketPlayer;
  walker: Walker | null;
  told: Told;
  at: number;
}

/** Milliseconds between what is told, and after which somebody has left. */
const [interval, leaves] = [33, 4000];
/** Seconds in which somebody's place is reached. */
const follow = 0.1;
/** So many come, metres from the middle at most, and lines of so many letters. */
const most = { friends: 3, away: 50, letters: 120 };

function isTold(data: unknown): data is Told {
  const { id, seed, body, place, face, line } = (data ?? {}) as Partial<Record<keyof Told, unknown>>;
  return (
    typeof id === 'string' &&
    Number.isSafeInteger(seed) &&
    bodyNames.some((name) => name === body) &&
    Array.isArray(place) &&
    place.length === 4 &&
    place.every((value) => Number.isFinite(value) && Math.abs(value as number) < most.away) &&
    face instanceof Uint8Array &&
    typeof line === 'string'
  );
}

export interface FriendsOptions {
  /** Milliseconds. */
  readonly now: () => number;
  /** Makes the walker of somebody who came. */
  readonly create: (id: string, seed: number, body: BodyName) => Promise<Walker>;
  readonly onLine: (line: string) => void;
}

/** Other tabs on the same channel: their walkers, driven by the packets that they send. */
export class Friends {
  /** Messages that came and were understood. */
  heard = 0;
  private readonly _channel: BroadcastChannel;
  private readonly _id = crypto.randomUUID();
  private readonly _friends = new Map<string, Friend>();
  private _sent = -Infinity;

  constructor(
    name: string,
    private readonly _options: FriendsOptions,
  ) {
    this._channel = new BroadcastChannel(`personalized-head ${name}`);
    this._channel.onmessage = ({ data }: MessageEvent<unknown>) => {
      if (isTold(data)) this._hear(data);
    };
  }

  get walkers(): Walker[] {
    return [...this._friends.values()].flatMap(({ walker }) => walker ?? []);
  }

  /** @param line what is being said here */
  advance(seconds: number, me: Walker, line: string): void {
    const now = this._options.now();
    if (now - this._sent > interval && me.drive) {
      this._sent = now;
      const { x, z } = me.node.position;
      this._channel.postMessage({
        ...{ id: this._id, seed: me.seed, body: me.body, place: [x, z, me.heading, me.speed], line },
        face: writeFacePacket(me.drive.face, now),
      } satisfies Told);
    }
    for (const [id, friend] of this._friends) {
      if (now - friend.at > leaves) {
        this._friends.delete(id);
        friend.walker?.dispose();
      } else if (friend.walker) {
        this._move(friend, friend.walker, seconds);
      }
    }
  }

  private _move({ told, player }: Friend, walker: Walker, seconds: number): void {
    const [x, z, heading, speed] = told.place;
    const share = approach(seconds, follow);
    walker.node.position.x += (x - walker.node.position.x) * share;
    walker.node.position.z += (z - walker.node.position.z) * share;
    walker.speed = speed;
    walker.advance(seconds, heading, false);
    if (walker.head) Drive(walker.head, player.face(), { expression: 0, pose: 0, gaze: 0 });
  }

  private _hear(told: Told): void {
    const { now, create, onLine } = this._options;
    const known = this._friends.get(told.id);
    if (!known && this._friends.size >= most.friends) return;
    this.heard++;
    const friend: Friend = known ?? { player: new FacePacketPlayer({ clock: now }), walker: null, told, at: now() };
    const { line, seed, body } = friend.told;
    if (told.line !== line) onLine(told.line.slice(0, most.letters));
    Object.assign(friend, { told, at: now() });
    friend.player.receive(told.face);
    if (known && seed === told.seed && body === told.body) return;
    this._friends.set(told.id, friend);
    // Somebody came, or wears another head.
    friend.walker?.dispose();
    friend.walker = null;
    void create(`friend ${told.id}`, told.seed, told.body).then((walker) => {
      const now = friend.told;
      const wanted = this._friends.get(told.id) === friend && now.seed === told.seed && now.body === told.body;
      if (!wanted || friend.walker) {
        walker.dispose();
        return;
      }
      const [x, z, heading] = now.place;
      walker.node.position.set(x, 0, z);
      walker.heading = heading;
      friend.walker = walker;
    });
  }
}
