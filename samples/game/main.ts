import '@babylonjs/core/Culling/ray.js';
import '@babylonjs/loaders/glTF/glTFFileLoader.js';
import '@babylonjs/loaders/glTF/2.0/glTFLoader.js';
import type { AbstractEngine } from '@babylonjs/core/Engines/abstractEngine.js';
import { LoadAssetContainerAsync } from '@babylonjs/core/Loading/sceneLoader.js';
import type { Scene } from '@babylonjs/core/scene.js';
import { CreatePersonalizedHeadAsync, EnableHeadDrop, type PersonalizedHeadMesh } from '../../plugin/index.js';
import { besidePage, qualityOf } from '../shared/address.js';
import { dismissError, hideMessage, showError, showProgress } from '../shared/message.js';
import { keepWidth, restAsync, sceneEngineAsync, shownAsync, submittedAsync } from '../shared/sceneEngine.js';
import { offerFile } from '../shared/files.js';
import { steppedClock, wallClock, type Clock } from './clock.js';
import { Controls, type Action } from './controls.js';
import { Crowd } from './crowd.js';
import { Friends } from './friends.js';
import { Game } from './game.js';
import { Meter } from './meter.js';
import { createButtons, showCaption } from './panel.js';
import { bodyNames, readParameters, type BodyName } from './parameters.js';
import { Walker, type Bodies } from './walker.js';
import { createWorld } from './world.js';

/** What tests and the console can reach. */
interface GameHook {
  /** Settles when everybody is there, or rejects with the reason why not. */
  readonly ready: Promise<void>;
  readonly scene: Scene | undefined;
  readonly game: Game | undefined;
  /**
   * With `?time=0`: lets so many seconds pass, in one frame.
   * @param settled waits until all that it changed is on the screen; default true
   */
  advance(seconds: number, settled?: boolean): Promise<void>;
}

declare global {
  interface Window {
    personalizedGame: GameHook;
  }
}

const parameters = readParameters(location.search);
let scene: Scene | undefined;
let game: Game | undefined;
let clock: Clock = wallClock;

/** What all heads of the page have in common. */
const headOptions = {
  baseUrl: besidePage('assets/base.safetensors'),
  wasmPaths: besidePage('ort/'),
  networkOn: parameters.network,
  image: parameters.image,
  quality: qualityOf(parameters),
};

/** The head of a person's file, or of a seed of the base. */
async function loadHead(world: Scene, name: string, seed: number, url?: string): Promise<PersonalizedHeadMesh> {
  const { baseUrl, ...options } = headOptions;
  const head = await CreatePersonalizedHeadAsync(
    name,
    url ?? baseUrl,
    world,
    url === undefined ? { ...options, seed, truncationPsi: 0.8 } : headOptions,
  );
  head.onErrorObservable.add(showError);
  return head;
}

const bodyOf = (seed: number): BodyName => parameters.body ?? bodyNames[Math.abs(seed) % 2]!;

async function loadBodies(world: Scene): Promise<Bodies> {
  const load = (name: BodyName) => LoadAssetContainerAsync(besidePage(`assets/avatar/${name}.glb`), world);
  const [man, woman] = await Promise.all([load('man'), load('woman')]);
  return { man, woman };
}

async function start(): Promise<AbstractEngine> {
  const canvas = document.querySelector('canvas')!;
  const engine = await sceneEngineAsync(canvas);
  showProgress('Loading bodies');
  const world = createWorld(engine, canvas);
  keepWidth(world.camera, 1);
  if (!parameters.time) clock = steppedClock(engine, world.scene);
  const bodies = await loadBodies(world.scene);
  const create = async (name: string, seed: number, body: BodyName, url?: string): Promise<Walker> => {
    const walker = new Walker(name, world.scene, bodies, body);
    await walker.wearAsync(await loadHead(world.scene, `head of ${name}`, seed, url), seed);
    return walker;
  };
  const { seed, others: count, head: url, channel } = parameters;
  const walkers: Walker[] = [];
  for (let i = 0; i <= count; i++) {
    showProgress(`People: ${i} of ${count + 1}`);
    const from = i === 0 && url ? besidePage(url) : undefined;
    walkers.push(await create(i === 0 ? 'player' : `other ${i}`, seed + i, bodyOf(seed + i), from));
  }
  const [me, ...others] = walkers as [Walker, ...Walker[]];
  let changing = Promise.resolve();
  /** One change after the other: a head is put on before the next takes its place. */
  const change = (make: () => Promise<void>): void => {
    dismissError();
    changing = changing.then(make).catch(showError);
  };
  const act = (action: Action): void => {
    if (action === 'person') {
      const next = me.seed + count + 1;
      change(async () => me.wearAsync(await loadHead(world.scene, 'head of player', next), next));
    } else if (action === 'body') {
      change(() =>
        me.changeBodyAsync(
          bodies,
          bodyNames.find((name) => name !== me.body)!,
        ),
      );
    } else {
      game?.act(action);
    }
  };
  const controls = new Controls(document.getElementById('stick')!, act);
  game = new Game({
    ...{ world, me, others, controls, onLine: showCaption },
    crowd: new Crowd(others, showCaption),
    friends: new Friends(channel, { now: () => clock.now(), create, onLine: showCaption }),
  });
  createButtons(document.getElementById('buttons')!, controls, {
    act,
    wear: (file) =>
      change(async () => me.wearAsync(await loadHead(world.scene, file.name, 0, offerFile(file, false)), me.seed)),
    join: () => void window.open(location.href),
  });
  EnableHeadDrop(world.scene, {
    ...headOptions,
    onHead: (head) => change(() => me.wearAsync(head, me.seed)),
    onError: showError,
  });
  scene = world.scene;
  run(engine, world.scene, game);
  if (!parameters.time) await settle(engine);
  await world.scene.whenReadyAsync();
  hideMessage();
  canvas.focus();
  return engine;
}

/** The longest frame that is believed, seconds: after a pause nobody jumps. */
const longestFrame = 0.1;

function run(engine: AbstractEngine, world: Scene, moved: Game): void {
  world.onBeforeRenderObservable.add(() => moved.advance(Math.min(longestFrame, engine.getDeltaTime() / 1000)));
  if (!parameters.time) return;
  const heads = (): PersonalizedHeadMesh[] =>
    [moved.me, ...moved.others, ...moved.friends.walkers].flatMap(({ head }) => head ?? []);
  const meter = new Meter(engine, heads);
  engine.runRenderLoop(() => {
    meter.begin();
    world.render();
    meter.end();
  });
}

/** One frame by hand, the graphics device through with it, and the screen too. */
async function frame(engine: AbstractEngine): Promise<void> {
  clock.step(0);
  await shownAsync(engine);
}

async function settle(engine: AbstractEngine): Promise<void> {
  const heads = [game!.me, ...game!.others].flatMap(({ head }) => head ?? []);
  await restAsync(scene!, heads, () => frame(engine), 1);
}

const started = start();
started.catch(showError);

window.personalizedGame = {
  ready: started.then(() => undefined),
  get scene() {
    return scene;
  },
  get game() {
    return game;
  },
  async advance(seconds, settled = true) {
    const engine = await started;
    clock.step(seconds);
    await submittedAsync(engine);
    if (settled) await settle(engine);
  },
};
