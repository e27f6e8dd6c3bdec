import '@babylonjs/core/Culling/ray.js';
import type { AbstractEngine } from '@babylonjs/core/Engines/abstractEngine.js';
import type { Scene } from '@babylonjs/core/scene.js';
import { hideMessage, showError, showProgress } from '../shared/message.js';
import { showFrameMeter } from '../shared/frameMeter.js';
import { keepWidth, sceneEngineAsync, submittedAsync } from '../shared/sceneEngine.js';
import { Cast } from './cast.js';
import { readParameters } from './parameters.js';
import { createPeopleAsync } from './people.js';
import { createRoom } from './room.js';

/** What tests and the console can reach. */
interface CastHook {
  /** Settles when everybody is there, or rejects with the reason why not. */
  readonly ready: Promise<void>;
  readonly scene: Scene | undefined;
  readonly cast: Cast | undefined;
  /** With `?time=0`: lets so many seconds pass, in one frame, and waits until all that it changed is on the screen. */
  advance(seconds: number): Promise<void>;
}

declare global {
  interface Window {
    personalizedCast: CastHook;
  }
}

const parameters = readParameters(location.search);
let scene: Scene | undefined;
let cast: Cast | undefined;

async function start(): Promise<AbstractEngine> {
  const canvas = document.querySelector('canvas')!;
  const engine = await sceneEngineAsync(canvas);
  showProgress('Loading the base');
  const room = createRoom(engine, canvas);
  keepWidth(room.activeCamera!, 4 / 3);
  const people = await createPeopleAsync(room, parameters, {
    onProgress: (share) => showProgress('Loading the base and ONNX Runtime', share),
    onPerson: (count) => showProgress(`People in the room: ${count} of ${parameters.people}`),
  });
  for (const { head } of people) head.onErrorObservable.add(showError);
  const directed = new Cast(room, people, parameters);
  [scene, cast] = [room, directed];
  if (parameters.gui) {
    showFrameMeter(
      room,
      people.map(({ head }) => head),
    );
  }
  if (parameters.time) {
    room.onBeforeRenderObservable.add(() => directed.advance(engine.getDeltaTime() / 1000));
    engine.runRenderLoop(() => room.render());
  } else {
    await restAsync(engine, room);
  }
  await room.whenReadyAsync();
  hideMessage();
  return engine;
}

/** Frames in which what is not there yet must come. */
const patience = 100;

/** Renders frames by hand, each so many seconds after the last. */
async function framesAsync(engine: AbstractEngine, room: Scene, count: number, seconds: number): Promise<void> {
  for (let frame = 0; frame < count; frame++) {
    engine.beginFrame();
    engine.getDeltaTime = () => seconds * 1000;
    room.render();
    engine.endFrame();
    await submittedAsync(engine);
    await new Promise((resolve) => requestAnimationFrame(resolve));
  }
}

/** Expressions go through the network, and then at least one head a frame has its picture taken. */
async function restAsync(engine: AbstractEngine, room: Scene): Promise<void> {
  const heads = cast!.people.map(({ head }) => head);
  await Promise.all(heads.map((head) => head.whenSettledAsync()));
  await framesAsync(engine, room, heads.length + 4, 0);
  for (let i = 0; i < patience && !room.isReady(); i++) {
    await framesAsync(engine, room, 1, 0);
    // Shaders compile beside the page.
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  await framesAsync(engine, room, 1, 0);
}

const started = start();
started.catch(showError);

window.personalizedCast = {
  ready: started.then(() => undefined),
  get scene() {
    return scene;
  },
  get cast() {
    return cast;
  },
  async advance(seconds) {
    const engine = await started;
    await framesAsync(engine, scene!, 1, seconds);
    await restAsync(engine, scene!);
  },
};
