import { NullEngine } from '@babylonjs/core/Engines/nullEngine.js';
import { Logger } from '@babylonjs/core/Misc/logger.js';
import { Scene } from '@babylonjs/core/scene.js';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import * as plugin from '../../plugin/index.js';
import { createHead } from './behaviors/stage.js';

/** What nobody should pass, and what somebody does. */
const hostile: readonly (readonly [string, unknown])[] = [
  ['undefined', undefined],
  ['null', null],
  ['NaN', NaN],
  ['a number', 7],
  ['a huge number', 1e308],
  ['a text', 'x'],
  ['no text', ''],
  ['true', true],
  ['a list', []],
  ['a list of nulls', [null]],
  ['an object', {}],
  ['a function', () => 0],
  ['bytes', Uint8Array.of(1, 2, 3)],
];

const engine = new NullEngine();
const scene = new Scene(engine);
const head = createHead(scene);
beforeAll(() => {
  for (const level of ['Warn', 'Error', 'Log'] as const) jest.spyOn(Logger, level).mockImplementation(() => undefined);
});
afterAll(() => {
  jest.restoreAllMocks();
  engine.dispose();
});

const speech = new plugin.LipSyncBehavior();
const calls: Readonly<Record<string, (value: never) => unknown>> = {
  arkitNameOf: (value) => plugin.arkitNameOf(value),
  faceAmountsOf: (value) => plugin.faceAmountsOf(value),
  visemeOf: (value) => plugin.visemeOf(value),
  mixAmounts: (value) => plugin.mixAmounts(value),
  expressionOfCategories: (value) => plugin.expressionOfCategories(value),
  expressionOfBlendShapes: (value) => plugin.expressionOfBlendShapes(value),
  framesOfFaceCsv: (value) => plugin.framesOfFaceCsv(value),
  'framesOfFaceCsv options': (value) => plugin.framesOfFaceCsv('time,jawOpen\n0,1', value),
  timelineOfEvents: (value) => plugin.timelineOfEvents(value),
  'LipSyncBehavior.speakVisemes': (value) => speech.speakVisemes(value),
  'LipSyncBehavior.playBlendshapeFrames': (value) => speech.playBlendshapeFrames(value),
  'LipSyncBehavior.attachAudio': (value) => speech.attachAudio(value),
  'LipSyncBehavior options': (value) => new plugin.LipSyncBehavior(value),
  'BlinkBehavior options': (value) => new plugin.BlinkBehavior(value),
  'IdleBehavior options': (value) => new plugin.IdleBehavior(value),
  'LookAtBehavior options': (value) => new plugin.LookAtBehavior(value),
  'LookAtBehavior.target': (value) => (new plugin.LookAtBehavior().target = value),
  'BlinkBehavior.attach': (value) => new plugin.BlinkBehavior().attach(value),
  retargetAnimationGroup: (value) => plugin.retargetAnimationGroup(value, head),
  'retargetAnimationGroup head': (value) => plugin.retargetAnimationGroup({ targetedAnimations: [] } as never, value),
  headTargetConverter: (value) => plugin.headTargetConverter(value),
  'headTargetConverter(head)': (value) => plugin.headTargetConverter(head)(value),
  'importFaceClipsAsync head': (value) => plugin.importFaceClipsAsync('a.glb', value),
  'CreatePersonalizedHeadAsync name': (value) => plugin.CreatePersonalizedHeadAsync(value, '', scene, { image: false }),
  'CreatePersonalizedHeadAsync scene': (value) => plugin.CreatePersonalizedHeadAsync('a', 'a.head', value),
  'CreatePersonalizedHeadAsync options': (value) => plugin.CreatePersonalizedHeadAsync('a', '', scene, value),
};

test.each(Object.entries(calls))('%s ends well or with one of our errors', async (_name, call) => {
  const wrong: string[] = [];
  for (const [what, value] of hostile) {
    try {
      await call(value as never);
    } catch (error) {
      const ours = error instanceof plugin.HeadError && /^\w+\/\w+$/.test(error.code) && error.message.length > 20;
      if (!ours) wrong.push(`${what}: ${String(error)}`);
    }
  }
  expect(wrong).toEqual([]);
});
