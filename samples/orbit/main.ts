import type { AbstractEngine } from '@babylonjs/core/Engines/abstractEngine.js';
import { canDrawImages, HeadImage } from '../../plugin/index.js';
import type { Scene } from '@babylonjs/core/scene.js';
import { hideMessage, showError, showProgress } from '../shared/message.js';
import { modelFromAssets } from '../shared/modelFromAssets.js';
import { keepWidth, sceneEngineAsync, submittedAsync } from '../shared/sceneEngine.js';
import { createControls } from './controls.js';
import { Identities } from './identities.js';
import { meshHeadAsync, type Show } from './meshHead.js';
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
let stage: Stage | undefined;
let show: Show;

/** The neural image of seeds; the newest identity wins where several are asked for at once. */
async function imageHeadAsync(engine: AbstractEngine, { scene }: Stage): Promise<Show> {
  const { network, samples, size } = parameters;
  const quality = {
    ...(size === undefined ? {} : { resolution: size }),
    ...(samples === undefined ? {} : { depthResolution: samples, depthResolutionImportance: samples }),
  };
  const model = await modelFromAssets(engine, { quality, networkOn: network });
  const shown = new HeadImage('head', scene, model);
  head = shown;
  shown.onErrorObservable.add(showError);
  const identities = new Identities(model);
  let newest = 0;
  return async (change) => {
    Object.assign(parameters, change);
    const { seed, seedB, mix, expressions, yaw, pitch } = parameters;
    const request = ++newest;
    shown.node.rotation.set(-pitch, yaw, 0);
    const ws = await identities.mix(seed, seedB, mix);
    if (request !== newest) return;
    shown.amounts = expressions;
    shown.ws = ws;
    await shown.whenSettledAsync();
  };
}

async function start(): Promise<AbstractEngine> {
  const canvas = document.querySelector('canvas')!;
  const engine = await sceneEngineAsync(canvas);
  const made = createStage(engine, canvas);
  stage = made;
  keepWidth(made.scene.activeCamera!, 1);
  const change = await (canDrawImages(engine) ? imageHeadAsync(engine, made) : meshHeadAsync(made.scene, parameters));
  show = async (wanted) => {
    placeBox(made.box, wanted.box ?? parameters.box);
    await change(wanted);
  };
  showProgress('Making the face');
  await show({});
  if (parameters.gui) createControls(parameters, (wanted) => void show(wanted).catch(showError));
  engine.runRenderLoop(() => {
    made.scene.render();
    frames++;
  });
  await made.scene.whenReadyAsync();
  await painted(engine);
  hideMessage();
  return engine;
}

/** The frame that draws what was set in full, the graphics device through with it, and one after which it is on the screen. */
async function painted(engine: AbstractEngine): Promise<void> {
  do await framesPassed(2);
  while (head?.atRest === false);
  await submittedAsync(engine);
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
    return stage?.scene;
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
