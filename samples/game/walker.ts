import type { AnimationGroup } from '@babylonjs/core/Animations/animationGroup.js';
import type { AssetContainer } from '@babylonjs/core/assetContainer.js';
import { TransformNode } from '@babylonjs/core/Meshes/transformNode.js';
import type { Scene } from '@babylonjs/core/scene.js';
import {
  AttachHeadToAvatarAsync,
  BlinkBehavior,
  Drive,
  type AvatarAttachment,
  type DriveBehavior,
  type PersonalizedHeadMesh,
} from '../../plugin/index.js';
import type { BodyName } from './parameters.js';

export const clipNames = ['idle', 'walk', 'run', 'wave', 'sit'] as const;
export type ClipName = (typeof clipNames)[number];

/** Metres a second that the clips were made for. */
export const speeds = { walk: 1.35, run: 3 } as const;
/** Seconds in which one clip fades into another, and in which somebody turns around. */
const [fadeTime, turnTime] = [0.15, 0.12];

/** Share of the way that is gone after some seconds. */
export const approach = (seconds: number, time: number): number => 1 - Math.exp(-seconds / time);
const nearest = (angle: number): number => Math.atan2(Math.sin(angle), Math.cos(angle));

/** What walkers are made from. */
export type Bodies = Readonly<Record<BodyName, AssetContainer>>;

interface Body {
  readonly name: BodyName;
  readonly root: TransformNode;
  readonly clips: ReadonlyMap<ClipName, AnimationGroup>;
}

/** A body that walks, and the head on it. */
export class Walker {
  readonly node: TransformNode;
  /** Radians; 0 looks along +z, positive to the right. */
  heading = 0;
  /** Metres a second. */
  speed = 0;
  attachment: AvatarAttachment | null = null;
  /** Which person wears it, where it is an invented one. */
  seed = 0;
  private _body!: Body;
  private readonly _weights = new Map<ClipName, number>();
  private _gesture: { readonly clip: ClipName; left: number } | null = null;

  constructor(name: string, scene: Scene, bodies: Bodies, body: BodyName) {
    this.node = new TransformNode(name, scene);
    this._enter(bodies, body);
  }

  get body(): BodyName {
    return this._body.name;
  }
  /** Which gesture is being made. */
  get gesturing(): ClipName | null {
    return this._gesture?.clip ?? null;
  }

  get head(): PersonalizedHeadMesh | null {
    return this.attachment?.head ?? null;
  }
  /** What the head is driven by. */
  get drive(): DriveBehavior | null {
    return this.head && Drive(this.head, {});
  }

  /** Puts a head on the body in place of the one before. */
  async wearAsync(head: PersonalizedHeadMesh, seed: number): Promise<void> {
    this._takeOff()?.dispose();
    this.seed = seed;
    head.addBehavior(new BlinkBehavior({ seed }));
    this.attachment = await AttachHeadToAvatarAsync(head, this._body.root);
  }

  /** Goes on with another body, and the same head. */
  async changeBodyAsync(bodies: Bodies, name: BodyName): Promise<void> {
    const head = this._takeOff();
    this._leave();
    this._enter(bodies, name);
    if (head) this.attachment = await AttachHeadToAvatarAsync(head, this._body.root);
  }

  /** Plays a clip for so long, unless somebody walks. */
  gesture(clip: ClipName, seconds: number): void {
    if (this._gesture) return;
    this._gesture = { clip, left: seconds };
    const group = this._body.clips.get(clip)!;
    // By weight: else Babylon gives the bones this clip's own work values, and blending three clips overwrites them.
    group.goToFrame(group.from, true);
  }

  /**
   * @param heading where to turn; null: stays
   * @param moves false: somebody else says the place
   */
  advance(seconds: number, heading: number | null, moves = true): void {
    if (heading !== null) this.heading += nearest(heading - this.heading) * approach(seconds, turnTime);
    this.node.rotation.y = this.heading;
    if (moves) {
      this.node.position.x += Math.sin(this.heading) * this.speed * seconds;
      this.node.position.z += Math.cos(this.heading) * this.speed * seconds;
    }
    if (this._gesture && ((this._gesture.left -= seconds) <= 0 || this.speed > 0.1)) this._gesture = null;
    this._blend(seconds);
  }

  dispose(): void {
    this._takeOff()?.dispose();
    this._leave();
    this.node.dispose();
  }

  private _enter(bodies: Bodies, name: BodyName): void {
    const { rootNodes, animationGroups } = bodies[name].instantiateModelsToScene((node) => node, false, {
      doNotInstantiate: true,
    });
    const root = rootNodes[0] as TransformNode;
    root.parent = this.node;
    const clips = new Map(clipNames.map((clip) => [clip, animationGroups.find((group) => group.name === clip)!]));
    this._body = { name, root, clips };
    for (const [clip, group] of clips) {
      this._weights.set(clip, clip === 'idle' ? 1 : 0);
      group.start(true);
      group.setWeightForAllAnimatables(this._weights.get(clip)!);
    }
  }

  private _leave(): void {
    for (const group of this._body.clips.values()) group.dispose();
    this._body.root.dispose();
  }

  /** @returns the head, which is on no body then */
  private _takeOff(): PersonalizedHeadMesh | null {
    const { head } = this;
    this.attachment?.dispose();
    this.attachment = null;
    return head;
  }

  private _blend(seconds: number): void {
    const { speed } = this;
    const run = Math.min(1, Math.max(0, (speed - speeds.walk) / (speeds.run - speeds.walk)));
    const moving = Math.min(1, speed / 0.5);
    const wanted: Partial<Record<ClipName, number>> = this._gesture
      ? { [this._gesture.clip]: 1 }
      : { idle: 1 - moving, walk: moving * (1 - run), run: moving * run };
    // Feet go as fast as the ground.
    this._body.clips.get('walk')!.speedRatio = Math.max(0.5, Math.min(speed, speeds.walk * 1.3) / speeds.walk);
    for (const [clip, group] of this._body.clips) {
      const before = this._weights.get(clip)!;
      const weight = before + ((wanted[clip] ?? 0) - before) * approach(seconds, fadeTime);
      this._weights.set(clip, weight);
      group.setWeightForAllAnimatables(weight < 1e-3 ? 0 : weight);
    }
  }
}
