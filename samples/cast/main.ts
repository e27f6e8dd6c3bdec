import '@babylonjs/core/Culling/ray.js';
import type { WebGPUEngine } from '@babylonjs/core/Engines/webgpuEngine.js';
import type { Scene } from '@babylonjs/core/scene.js';
import { createHeadEngineAsync, deviceOf } from '../../plugin/index.js';
import { hideMessage, showError, showProgress } from '../shared/message.js';
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

async function start(): Promise<WebGPUEngine> {
  const canvas = document.querySelector('canvas')!;
  const engine = await createHeadEngineAsync(canvas, { antialias: true });
  showProgress('Loading the base');
  const room = createRoom(engine, canvas);
  const people = await createPeopleAsync(room, parameters, (count) =>
    showProgress(`People in the room: ${count} of ${parameters.people}`),
  );
  for (const { head } of people) head.onErrorObservable.add(showError);
  const directed = new Cast(room, people, parameters);
  [scene, cast] = [room, directed];
  addEventListener('resize', () => engine.resize());
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

/** Renders frames by hand, each so many seconds after the last. */
async function framesAsync(engine: WebGPUEngine, room: Scene, count: number, seconds: number): Promise<void> {
  for (let frame = 0; frame < count; frame++) {
    engine.beginFrame();
    engine.getDeltaTime = () => seconds * 1000;
    room.render();
    engine.endFrame();
    await deviceOf(engine).queue.onSubmittedWorkDone();
    await new Promise((resolve) => requestAnimationFrame(resolve));
  }
}

/** Expressions go through the network, and then at least one head a frame has its picture taken. */
async function restAsync(engine: WebGPUEngine, room: Scene): Promise<void> {
  const heads = cast!.people.map(({ head }) => head);
  await Promise.all(heads.map((head) => head.whenSettledAsync()));
  await framesAsync(engine, room, heads.length + 4, 0);
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
