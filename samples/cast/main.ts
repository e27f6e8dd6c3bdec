import '@babylonjs/core/Culling/ray.js';
import type { AbstractEngine } from '@babylonjs/core/Engines/abstractEngine.js';
import type { Scene } from '@babylonjs/core/scene.js';
import { hideMessage, showError, showProgress } from '../shared/message.js';
import { showFrameMeter } from '../shared/frameMeter.js';
import { keepWidth, restAsync, sceneEngineAsync, shownAsync } from '../shared/sceneEngine.js';
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
    await settleAsync(engine, room);
  }
  await room.whenReadyAsync();
  hideMessage();
  return engine;
}

/** Renders a frame by hand, so many seconds after the last. */
async function frameAsync(engine: AbstractEngine, room: Scene, seconds: number): Promise<void> {
  engine.beginFrame();
  engine.getDeltaTime = () => seconds * 1000;
  room.render();
  engine.endFrame();
  await shownAsync(engine);
}

async function settleAsync(engine: AbstractEngine, room: Scene): Promise<void> {
  const heads = cast!.people.map(({ head }) => head);
  await restAsync(room, heads, () => frameAsync(engine, room, 0), 4);
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
    await frameAsync(engine, scene!, seconds);
    await settleAsync(engine, scene!);
  },
};
