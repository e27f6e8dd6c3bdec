import type { WebGPUEngine } from '@babylonjs/core/Engines/webgpuEngine.js';
import { createHeadEngineAsync, deviceOf, HeadImage, type HeadModel } from '../../plugin/index.js';
import type { Scene } from '@babylonjs/core/scene.js';
import { hideMessage, showError, showProgress } from '../shared/message.js';
import { modelFromAssets } from '../shared/modelFromAssets.js';
import { createControls } from './controls.js';
import { Identities } from './identities.js';
import { readParameters, type OrbitParameters } from './parameters.js';
import { createStage, placeBox, type Stage } from './stage.js';

/** What tests and the console can reach. */
interface SampleHook {
  /** Settles when the first head is on the screen, or rejects with the reason why not. */
  readonly ready: Promise<void>;
  /** Frames of the scene, and pictures of the head, drawn so far. */
  readonly frames: number;
  readonly rendered: number;
  readonly scene: Scene | undefined;
  readonly head: HeadImage | undefined;
  /** Changes what is shown and waits until it is on the screen. */
  set(change: Partial<OrbitParameters>): Promise<void>;
}

declare global {
  interface Window {
    personalizedHead: SampleHook;
  }
}

const parameters = readParameters(location.search);
let frames = 0;
let head: HeadImage | undefined;
let show: (change: Partial<OrbitParameters>) => Promise<void>;

/** Applies changes to the scene; the newest identity wins where several are asked for at once. */
function presenter(model: HeadModel, stage: Stage, shown: HeadImage): typeof show {
  const identities = new Identities(model);
  let newest = 0;
  return async (change) => {
    Object.assign(parameters, change);
    const { seed, seedB, mix, expressions, yaw, pitch, box } = parameters;
    const request = ++newest;
    placeBox(stage.box, box);
    shown.node.rotation.set(-pitch, yaw, 0);
    const ws = await identities.mix(seed, seedB, mix);
    if (request !== newest) return;
    shown.amounts = expressions;
    shown.ws = ws;
    await shown.whenSettledAsync();
  };
}

async function start(): Promise<WebGPUEngine> {
  const canvas = document.querySelector('canvas')!;
  const engine = await createHeadEngineAsync(canvas, { antialias: true });
  const { network, samples, size } = parameters;
  const quality = {
    ...(size === undefined ? {} : { resolution: size }),
    ...(samples === undefined ? {} : { depthResolution: samples, depthResolutionImportance: samples }),
  };
  const model = await modelFromAssets(engine, { quality, networkOn: network });
  const stage = createStage(engine, canvas);
  head = new HeadImage('head', stage.scene, model);
  head.onErrorObservable.add(showError);
  show = presenter(model, stage, head);
  showProgress('Making the face');
  await show({});
  if (parameters.gui) createControls(stage.scene, parameters, (change) => void show(change).catch(showError));
  engine.runRenderLoop(() => {
    stage.scene.render();
    frames++;
  });
  addEventListener('resize', () => engine.resize());
  await stage.scene.whenReadyAsync();
  await painted(engine);
  hideMessage();
  return engine;
}

/** The frame that draws what was set in full, the graphics device through with it, and one after which it is on the screen. */
async function painted(engine: WebGPUEngine): Promise<void> {
  do await framesPassed(2);
  while (head?.atRest === false);
  await deviceOf(engine).queue.onSubmittedWorkDone();
  await framesPassed(1);
}

async function framesPassed(count: number): Promise<void> {
  const until = frames + count;
  while (frames < until) await new Promise((resolve) => requestAnimationFrame(resolve));
}

const started = start();
started.catch(showError);

window.personalizedHead = {
  ready: started.then(() => undefined),
  get frames() {
    return frames;
  },
  get rendered() {
    return head?.renders ?? 0;
  },
  get scene() {
    return head?.scene;
  },
  get head() {
    return head;
  },
  async set(change) {
    const engine = await started;
    await show(change);
    await painted(engine);
  },
};
