import type { AbstractEngine } from '@babylonjs/core/Engines/abstractEngine.js';
import type { Scene } from '@babylonjs/core/scene.js';
import { CreatePersonalizedHeadAsync, PersonalizedHead, RegisterPersonalizedHead } from '../../plugin/index.js';
import { besidePage, qualityOf } from '../shared/address.js';
import { dismissError, hideMessage, showError, showProgress } from '../shared/message.js';
import { keepWidth, sceneEngineAsync, shownAsync } from '../shared/sceneEngine.js';
import { download, isHeadFile, offerFile } from '../shared/files.js';
import { askForFiles, isSceneFile, listenForDrops } from './files.js';
import { readParameters } from './parameters.js';
import { createRoom } from './room.js';
import { openSceneAsync, serializeScene } from './sceneFile.js';
import { Studio } from './studio.js';
import { rehearse } from './timeline.js';

/** What tests and the console can reach. */
interface StudioHook {
  /** Settles when the head is there, or rejects with the reason why not. */
  readonly ready: Promise<void>;
  /** Another one once another scene has been opened. */
  readonly studio: Studio | undefined;
  /** With `?time=0`: renders until all that changed is on the screen; what plays goes on by a few frames. */
  render(): Promise<void>;
}

declare global {
  interface Window {
    personalizedStudio: StudioHook;
  }
}

const parameters = readParameters(location.search);
let studio: Studio | undefined;

function registerHeads(): void {
  RegisterPersonalizedHead({
    baseUrl: 'assets/base.safetensors',
    wasmPaths: besidePage('ort/'),
    networkOn: parameters.network,
    quality: qualityOf(parameters),
  });
}

async function start(): Promise<AbstractEngine> {
  registerHeads();
  const canvas = document.querySelector('canvas')!;
  const engine = await sceneEngineAsync(canvas);
  const scene = createRoom(engine);
  showProgress('Loading the base');
  const head = await CreatePersonalizedHeadAsync('somebody', 'assets/base.safetensors', scene, {
    seed: parameters.seed,
    truncationPsi: 0.8,
    onProgress: ({ loaded, total }) =>
      showProgress('Loading the base and ONNX Runtime', total > 0 ? loaded / total : undefined),
  });
  const { timeline } = enter(engine, scene);
  if (parameters.keys) rehearse(head, timeline);
  timeline.goTo(parameters.frame);
  listenForDrops((files) => openFiles(engine, files));
  canvas.addEventListener('pointerdown', dismissError);
  if (parameters.time) {
    engine.runRenderLoop(() => studio?.scene.render());
    await scene.whenReadyAsync();
  } else {
    await renderAsync(engine);
  }
  hideMessage();
  return engine;
}

/** The scene is on the screen from now on. */
function enter(engine: AbstractEngine, scene: Scene): Studio {
  const before = studio;
  // What it sees from left to right is at least what it sees from top to bottom.
  keepWidth(scene.activeCamera!, 1);
  scene.useConstantAnimationDeltaTime = !parameters.time;
  studio = new Studio(scene, {
    gui: parameters.gui,
    save: () => download('studio.babylon', serializeScene(scene)),
    open: () => askForFiles((files) => openFiles(engine, files)),
    onError: showError,
    onOpening: (names) => {
      dismissError();
      showProgress(`Opening ${names.join(', ')}`);
    },
    onOpened: hideMessage,
  });
  before?.disposeAsync().catch(showError);
  return studio;
}

function openFiles(engine: AbstractEngine, files: readonly File[]): void {
  dismissError();
  openFilesAsync(engine, files).then(hideMessage, showError);
}

/** A scene takes the place of this one, with the heads among the files as its people; heads alone join this one. */
async function openFilesAsync(engine: AbstractEngine, files: readonly File[]): Promise<void> {
  const other = files.find((file) => !isSceneFile(file) && !isHeadFile(file));
  if (other) throw new Error(`${other.name}: expected a .head file, or a scene that was saved here (.babylon).`);
  const scene = files.find(isSceneFile);
  const heads = files.filter(isHeadFile).map((file) => ({
    name: file.name.slice(0, -5),
    url: offerFile(file, scene !== undefined),
  }));
  showProgress(`Opening ${files.map(({ name }) => name).join(', ')}`);
  if (scene) {
    enter(engine, await openSceneAsync(engine, scene));
    return;
  }
  const joined = studio!;
  for (const { name, url } of heads) joined.welcome(await CreatePersonalizedHeadAsync(name, url, joined.scene));
}

/** Frames in which what is not there yet (shaders, a picture for each head) must come. */
const patience = 100;

/** Expressions go through the network; then each head's picture is taken and shown. */
async function renderAsync(engine: AbstractEngine): Promise<void> {
  const { scene, heads } = studio!;
  const frame = async (): Promise<boolean> => {
    const ready = scene.isReady();
    engine.beginFrame();
    scene.render();
    engine.endFrame();
    await shownAsync(engine);
    // Shaders compile beside the page.
    if (!ready) await new Promise((resolve) => setTimeout(resolve, 50));
    return ready;
  };
  let ready = await frame();
  await Promise.all(heads.map((head) => head.whenSettledAsync()));
  const atRest = (): boolean => heads.every((head) => PersonalizedHead.Of(head)?.image?.atRest !== false);
  const playing = scene.animationGroups.some(({ isPlaying }) => isPlaying);
  for (let i = 0; i < patience && (i < 3 || !ready || !(playing || atRest())); i++) ready = await frame();
}

const started = start();
started.catch(showError);

window.personalizedStudio = {
  ready: started.then(() => undefined),
  get studio() {
    return studio;
  },
  async render() {
    await renderAsync(await started);
  },
};
