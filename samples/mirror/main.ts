import type { Scene } from '@babylonjs/core/scene.js';
import type { FaceClip } from '../../personalize/index.js';
import {
  CreatePersonalizedHeadAsync,
  EnableHeadDrop,
  type HeadCreationOptions,
  type PersonalizedHeadMesh,
} from '../../plugin/index.js';
import { besidePage, qualityOf } from '../shared/address.js';
import { isHeadFile, offerFile } from '../shared/files.js';
import { hideMessage, showError, showProgress } from '../shared/message.js';
import { sceneEngineAsync } from '../shared/sceneEngine.js';
import { Mirror } from './mirror.js';
import { page, say } from './page.js';
import { readParameters } from './parameters.js';
import { createStage } from './stage.js';

/** What tests and the console can reach. */
interface MirrorHook {
  /** Settles when the head is on the screen, or rejects with the reason why not. */
  readonly ready: Promise<void>;
  readonly scene: Scene | undefined;
  readonly mirror: Mirror | undefined;
}

declare global {
  interface Window {
    personalizedMirror: MirrorHook;
  }
}

const parameters = readParameters(location.search);
let scene: Scene | undefined;
let mirror: Mirror | undefined;

/** How heads are loaded. */
const options: HeadCreationOptions = {
  wasmPaths: besidePage('ort/'),
  networkOn: parameters.network,
  quality: qualityOf(parameters),
};

/** Another head takes the place of the one that is there. */
function take(head: PersonalizedHeadMesh): void {
  if (!mirror || mirror.head === head) return;
  mirror.head.dispose();
  mirror.head = head;
  head.position.setAll(0);
  head.onErrorObservable.add(showError);
  say('Your own head.');
}

async function start(): Promise<void> {
  const engine = await sceneEngineAsync(page.canvas);
  showProgress('Loading the base');
  const stage = createStage(engine, page.canvas);
  const head = await CreatePersonalizedHeadAsync('me', besidePage('assets/base.safetensors'), stage, {
    seed: parameters.seed,
    truncationPsi: 0.7,
    ...options,
    onProgress: ({ lengthComputable, loaded, total }) =>
      lengthComputable && showProgress('Loading the base and ONNX Runtime', loaded / total),
  });
  head.onErrorObservable.add(showError);
  [scene, mirror] = [stage, new Mirror(head)];
  const drop = { ...options, baseUrl: besidePage('assets/base.safetensors') };
  EnableHeadDrop(stage, { ...drop, onHead: take, onError: ({ message }) => say(message) });
  page.file.onchange = () => void openAsync(stage, [...(page.file.files ?? [])], drop);
  engine.runRenderLoop(() => stage.render());
  await stage.whenReadyAsync();
  hideMessage();
}

/** A head or a clip that the user chose. */
async function openAsync(stage: Scene, files: readonly File[], options: HeadCreationOptions): Promise<void> {
  const [file] = files;
  if (!file || !mirror) return;
  try {
    if (isHeadFile(file)) take(await CreatePersonalizedHeadAsync('me', offerFile(file, true), stage, options));
    else mirror.clip = JSON.parse(await file.text()) as FaceClip;
  } catch (error) {
    say(error instanceof Error ? `${file.name}: ${error.message}` : String(error));
  } finally {
    page.file.value = '';
  }
}

const started = start();
started.catch(showError);

window.personalizedMirror = {
  ready: started,
  get scene() {
    return scene;
  },
  get mirror() {
    return mirror;
  },
};
