import { expect, test } from '@jest/globals';
import type { Scene } from '@babylonjs/core/scene.js';
import * as plugin from '../../plugin/index.js';
import { HeadError } from '../../runtime/core/errors.js';
import { hostile } from './hostileValues.js';
import { alice, useStage } from './node/stage.js';

const stage = useStage();

/** New for every call: what one call left behind must not hide what the next does. */
const made: Readonly<Record<string, (scene: Scene, head: plugin.PersonalizedHeadMesh) => object>> = {
  BlinkBehavior: () => new plugin.BlinkBehavior(),
  DriveBehavior: () => new plugin.DriveBehavior(),
  FacePacketPlayer: () => new plugin.FacePacketPlayer(),
  HeadFileLoader: () => new plugin.HeadFileLoader(),
  HeadScheduler: (scene) => plugin.HeadScheduler.Of(scene),
  IdleBehavior: () => new plugin.IdleBehavior(),
  LipSyncBehavior: () => new plugin.LipSyncBehavior(),
  LookAtBehavior: () => new plugin.LookAtBehavior(),
  PersonalizedHead: (_scene, head) => plugin.PersonalizedHead.Of(head)!,
};

/** Called by Babylon with what Babylon has, or by the package itself. */
const internal = new Set(['constructor', 'advance', 'restart', 'init']);

interface Member {
  readonly name: string;
  readonly call: (object: object, value: unknown) => unknown;
}

/** Methods and setters, own classes' alone. */
function membersOf(object: object): Member[] {
  const members = new Map<string, Member>();
  for (let type = object; type !== Object.prototype; type = Object.getPrototypeOf(type) as object) {
    for (const [name, descriptor] of Object.entries(Object.getOwnPropertyDescriptors(type))) {
      if (name.startsWith('_') || internal.has(name) || members.has(name)) continue;
      if (typeof descriptor.set === 'function') {
        members.set(name, { name: `${name} =`, call: (on, given) => Reflect.set(on, name, given) });
      } else if (typeof descriptor.value === 'function') {
        const method = descriptor.value as (...given: unknown[]) => unknown;
        members.set(name, { name: `${name}()`, call: (on, given) => method.call(on, given) });
      }
    }
  }
  return [...members.values()];
}

test.each(Object.entries(made))('the members of %s end well or with one of our errors', async (_name, make) => {
  const wrong: string[] = [];
  let head = await alice(stage.scene);
  const members = membersOf(make(stage.scene, head));
  expect(members.length).toBeGreaterThan(0);
  for (const { name, call } of members) {
    for (const [what, value] of hostile) {
      // A call before may have ended it.
      if (!plugin.PersonalizedHead.Of(head)) head = await alice(stage.scene);
      try {
        await call(make(stage.scene, head), value);
      } catch (error) {
        if (!(error instanceof HeadError)) wrong.push(`${name} ${what}: ${String(error)}`);
      }
    }
  }
  expect(wrong).toEqual([]);
});

const word: plugin.VisemeTimeline = { visemes: ['aa'], times: [0], durations: [100] };
const sound = { frequencyBinCount: 1, getByteFrequencyData: () => Uint8Array.of(0) };
const further: Readonly<Record<string, (head: plugin.PersonalizedHeadMesh, value: never) => unknown>> = {
  'LipSyncBehavior.speakVisemes options': (_head, value) => new plugin.LipSyncBehavior().speakVisemes(word, value),
  'LipSyncBehavior.playBlendshapeFrames options': (_head, value) =>
    new plugin.LipSyncBehavior().playBlendshapeFrames({ fps: 1, names: ['jawOpen'], frames: [[0]] }, value),
  'LipSyncBehavior.attachAudio options': (_head, value) => new plugin.LipSyncBehavior().attachAudio(sound, value),
  'PersonalizedHead.setGroup amount': (head, value) => plugin.PersonalizedHead.Of(head)!.setGroup('smile', value),
};

test('so do what methods take beside their first argument', async () => {
  const wrong: string[] = [];
  const head = await alice(stage.scene);
  for (const [name, call] of Object.entries(further)) {
    for (const [what, value] of hostile) {
      try {
        await call(head, value as never);
      } catch (error) {
        if (!(error instanceof HeadError)) wrong.push(`${name} ${what}: ${String(error)}`);
      }
    }
  }
  expect(wrong).toEqual([]);
  // What is no amount moves nothing to no number.
  expect(Object.values(head.expression).every(Number.isFinite)).toBe(true);
});
