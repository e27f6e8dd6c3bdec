import { NullEngine } from '@babylonjs/core/Engines/nullEngine.js';
import { Matrix } from '@babylonjs/core/Maths/math.vector.js';
import { Logger } from '@babylonjs/core/Misc/logger.js';
import { Scene } from '@babylonjs/core/scene.js';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import * as plugin from '../../plugin/index.js';
import { createHead } from './behaviors/stage.js';
import { hostile } from './hostileValues.js';

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
const world = Matrix.Identity().asArray();
const base = { config: { camera: {}, rendering: {} }, tensors: new Map(), hash: '' };
const tensor = { dims: [1], data: new Float32Array(1) };
const face = { names: ['jawOpen'], frames: [[0]], fps: 30 };
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
  AttachHeadToAvatarAsync: (value) => plugin.AttachHeadToAvatarAsync(value, head),
  'AttachHeadToAvatarAsync avatar': (value) => plugin.AttachHeadToAvatarAsync(head as never, value),
  'AttachHeadToAvatarAsync options': (value) => plugin.AttachHeadToAvatarAsync(head as never, head, value),
  AttachPersonalizedHeads: (value) => plugin.AttachPersonalizedHeads(value),
  'AttachPersonalizedHeads options': (value) => plugin.AttachPersonalizedHeads(scene, value),
  Drive: (value) => plugin.Drive(value, {}),
  'Drive driven': (value) => plugin.Drive(head, value),
  'DriveBehavior times': (value) => new plugin.DriveBehavior(value),
  EnableHeadDrop: (value) => plugin.EnableHeadDrop(value),
  'EnableHeadDrop options': (value) => plugin.EnableHeadDrop(scene, value),
  FacePacketPlayer: (value) => new plugin.FacePacketPlayer(value),
  HeadFileLoader: (value) => new plugin.HeadFileLoader(value),
  HeadImage: (value) => new plugin.HeadImage('a', scene, value),
  'HeadImage scene': (value) => new plugin.HeadImage('a', value, {} as never),
  'HeadScheduler.Of': (value) => plugin.HeadScheduler.Of(value),
  'PersonalizedHead.Of': (value) => plugin.PersonalizedHead.Of(value),
  RegisterPersonalizedHead: (value) => plugin.RegisterPersonalizedHead(value),
  ShowHeadGallery: (value) => plugin.ShowHeadGallery(value, { items: [], parent: {} as never }),
  'ShowHeadGallery options': (value) => plugin.ShowHeadGallery(scene, value),
  canDrawImages: (value) => plugin.canDrawImages(value),
  createHeadEngineAsync: (value) => plugin.createHeadEngineAsync(value),
  createHeadModelAsync: (value) => plugin.createHeadModelAsync(value, { base } as never),
  'createHeadModelAsync options': (value) => plugin.createHeadModelAsync(engine, value),
  'createHeadModelAsync base': (value) => plugin.createHeadModelAsync(engine, { base: value }),
  defaultQuality: (value) => plugin.defaultQuality(value, false),
  deviceOf: (value) => plugin.deviceOf(value),
  exportHeadGLBAsync: (value) => plugin.exportHeadGLBAsync(value),
  'exportHeadGLBAsync options': (value) => plugin.exportHeadGLBAsync(head, value),
  faceClipAnimationGroup: (value) => plugin.faceClipAnimationGroup(value, head),
  'faceClipAnimationGroup head': (value) => plugin.faceClipAnimationGroup(face, value),
  'faceClipAnimationGroup options': (value) => plugin.faceClipAnimationGroup(face, head, value),
  fetchBaseAsync: (value) => plugin.fetchBaseAsync(value),
  fetchDirectionsAsync: (value) => plugin.fetchDirectionsAsync(value, base as never),
  'fetchDirectionsAsync base': (value) => plugin.fetchDirectionsAsync('a', value),
  headExtent: (value) => plugin.headExtent(value),
  headFromWorld: (value) => plugin.headFromWorld(value, world, 1),
  'headFromWorld world': (value) => plugin.headFromWorld([0, 0, 0], value, 1),
  headView: (value) => plugin.headView(value, { radius: 1, half: [1, 1, 1] }),
  'headView extent': (value) => plugin.headView([0, 0, 2], value),
  isSoftwareDevice: (value) => plugin.isSoftwareDevice(value),
  mirrorOf: (value) => plugin.mirrorOf(value),
  mixLatents: (value) => plugin.mixLatents(value, tensor, 0),
  'mixLatents share': (value) => plugin.mixLatents(tensor, tensor, value),
  readFacePacket: (value) => plugin.readFacePacket(value),
  seedItems: (value) => plugin.seedItems(value, [1]),
  'seedItems seeds': (value) => plugin.seedItems('base', value),
  showOwnFace: (value) => plugin.showOwnFace(value),
  thumbnailOfAsync: (value) => plugin.thumbnailOfAsync(value),
  worldFromHead: (value) => plugin.worldFromHead(value, world, 1),
  'worldFromHead world': (value) => plugin.worldFromHead([0, 0, 0], value, 1),
  writeFacePacket: (value) => plugin.writeFacePacket(value, 0),
  'CreatePersonalizedHeadAsync name': (value) => plugin.CreatePersonalizedHeadAsync(value, '', scene, { image: false }),
  'CreatePersonalizedHeadAsync scene': (value) => plugin.CreatePersonalizedHeadAsync('a', 'a.head', value),
  'CreatePersonalizedHeadAsync options': (value) => plugin.CreatePersonalizedHeadAsync('a', '', scene, value),
};

/** Made by others' functions, or what others are made from. */
const unnamed = ['FaceBehavior', 'HeadModel', 'HeadError', 'AssetError', 'DeviceError', 'NumericError', 'ShapeError'];

test('every function has its row', () => {
  const named = new Set(Object.keys(calls).map((name) => name.split(/[ .(]/)[0]));
  const functions = Object.entries(plugin).filter(([, value]) => typeof value === 'function');
  expect(functions.map(([name]) => name).filter((name) => !named.has(name) && !unnamed.includes(name))).toEqual([]);
});

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
