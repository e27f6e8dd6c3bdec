import '@babylonjs/core/Animations/animatable.js';
import { FreeCamera } from '@babylonjs/core/Cameras/freeCamera.js';
import { HemisphericLight } from '@babylonjs/core/Lights/hemisphericLight.js';
import { LoadAssetContainerAsync } from '@babylonjs/core/Loading/sceneLoader.js';
import { Quaternion, Vector3 } from '@babylonjs/core/Maths/math.vector.js';
import type { TransformNode } from '@babylonjs/core/Meshes/transformNode.js';
import { PrecisionDate } from '@babylonjs/core/Misc/precisionDate.js';
import { Scene } from '@babylonjs/core/scene.js';
import '@babylonjs/loaders/glTF/2.0/glTFLoader.js';
import '@babylonjs/loaders/glTF/glTFFileLoader.js';
import {
  AttachHeadToAvatarAsync,
  CreatePersonalizedHeadAsync,
  Drive,
  HeadScheduler,
  PersonalizedHead,
  deviceOf,
  type HeadCreationOptions,
  type PersonalizedHeadMesh,
} from '../plugin/index.js';
import { TextureCanvas } from './textureCanvas.js';
import { textureEngineAsync } from './textureEngine.js';

/** Of the quickest frame, milliseconds: others on the machine make frames longer, never shorter. */
export interface FrameCost {
  /** What the page's script does before the device draws. */
  readonly script: number;
  /** From there until the device is through. */
  readonly device: number;
}

export interface MeasuredAvatars {
  readonly people: number;
  readonly frames: number;
  /** How many heads are drawn as images. */
  readonly images: number;
  readonly empty: FrameCost;
  /** Bodies that walk, with their own heads. */
  readonly bodies: FrameCost;
  /** Heads that talk, without bodies, where the walking ones' heads are. */
  readonly busts: FrameCost;
  /** Heads that talk on bodies that walk. */
  readonly avatars: FrameCost;
}

export interface AvatarsOptions {
  readonly people: number;
  readonly frames: number;
  readonly baseUrl: string;
  /** A rigged figure with a clip "walk". */
  readonly body: Uint8Array;
  readonly head: HeadCreationOptions;
}

/** All vowels in turn, longer than anybody measures. */
const speech = {
  visemes: Array.from({ length: 600 }, (_, i) => ['aa', 'O', 'E', 'I', 'U'][i % 5]!),
  times: Array.from({ length: 600 }, (_, i) => 180 * i),
  durations: Array.from({ length: 600 }, () => 130),
};

/** Frames before the measured ones. Bodies alone took 20 to 24 ms after the frame that first drew them, and 8.7 after forty. */
const warmUp = 40;

/** Measures heads on bodies beside the same heads without, in one scene of Babylon's on this process's WebGPU. */
export async function measureAvatars(options: AvatarsOptions): Promise<MeasuredAvatars> {
  const { people, frames, baseUrl } = options;
  const engine = await textureEngineAsync(new TextureCanvas(640, 360));
  const scene = new Scene(engine);
  const camera = new FreeCamera('camera', new Vector3(0, 1.4, -3.2), scene);
  camera.setTarget(new Vector3(0, 1.2, 0));
  new HemisphericLight('sky', new Vector3(0, 1, 0), scene);
  let now = 1000;
  Object.defineProperty(PrecisionDate, 'Now', { get: () => now, configurable: true });
  engine.getDeltaTime = () => 1000 / 60;
  HeadScheduler.Of(scene).now = () => now;
  const frame = async (): Promise<FrameCost> => {
    now += 1000 / 60;
    const begun = performance.now();
    engine.beginFrame();
    scene.render();
    engine.endFrame();
    const submitted = performance.now();
    await deviceOf(engine).queue.onSubmittedWorkDone();
    const through = performance.now();
    // Networks have their turn between frames.
    await new Promise((resolve) => setImmediate(resolve));
    return { script: submitted - begun, device: through - submitted };
  };
  const measure = async (): Promise<FrameCost> => {
    // Shaders, faces that are new, and what the engine of JavaScript makes of code that has run often.
    for (let i = 0; i < 400 && !(i > warmUp && scene.isReady()); i++) await frame();
    const costs: FrameCost[] = [];
    for (let i = 0; i < frames; i++) costs.push(await frame());
    return {
      script: Math.min(...costs.map(({ script }) => script)),
      device: Math.min(...costs.map(({ device }) => device)),
    };
  };

  const empty = await measure();
  // Node decodes no pictures for Babylon.
  const pluginOptions = { gltf: { skipMaterials: true } };
  const container = await LoadAssetContainerAsync(options.body, scene, { pluginExtension: '.glb', pluginOptions });
  const figures = Array.from({ length: people }, (_, i) => {
    const made = container.instantiateModelsToScene((name) => `${name} ${i}`, false, { doNotInstantiate: true });
    const root = made.rootNodes[0] as TransformNode;
    root.position.set((i - (people - 1) / 2) * 0.55, 0, 0);
    const walk = made.animationGroups.find(({ name }) => name.startsWith('walk'))!;
    walk.start(true);
    return root;
  });
  const bodies = await measure();
  const heads: PersonalizedHeadMesh[] = [];
  for (let i = 0; i < people; i++) {
    heads.push(await CreatePersonalizedHeadAsync(`head ${i}`, baseUrl, scene, { ...options.head, seed: i }));
  }
  const attachments = [];
  for (const [i, head] of heads.entries()) attachments.push(await AttachHeadToAvatarAsync(head, figures[i]!));
  await Promise.all(heads.map((head) => head.whenSettledAsync()));
  for (const head of heads) Drive(head, { speech });
  const avatars = await measure();
  const images = heads.filter((head) => PersonalizedHead.Of(head)!.image?.showsImage).length;
  for (const [i, head] of heads.entries()) {
    const [scaling, turn, place] = [Vector3.Zero(), Quaternion.Identity(), Vector3.Zero()];
    head.computeWorldMatrix(true).decompose(scaling, turn, place);
    attachments[i]!.dispose();
    figures[i]!.dispose();
    Object.assign(head, { scaling, rotationQuaternion: turn, position: place });
  }
  for (const group of [...scene.animationGroups]) group.dispose();
  const busts = await measure();
  engine.dispose();
  return { people, frames, images, empty, bodies, busts, avatars };
}
