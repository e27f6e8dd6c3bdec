import { ArcRotateCamera } from '@babylonjs/core/Cameras/arcRotateCamera.js';
import { Color4 } from '@babylonjs/core/Maths/math.color.js';
import { Vector3 } from '@babylonjs/core/Maths/math.vector.js';
import { Scene } from '@babylonjs/core/scene.js';
import { personWs } from '../../personalize/portraits.js';
import {
  createHeadEngineAsync,
  createHeadModelAsync,
  fetchBaseAsync,
  fetchDirectionsAsync,
  HeadImage,
} from '../../plugin/index.js';
import { bytesSource } from '../../runtime/checkpoint/byteSource.js';
import { readPerson } from '../../runtime/checkpoint/person/person.js';
import { readProxy } from '../../runtime/proxy/proxyFile.js';
import { qualityOf } from '../shared/address.js';
import { assets } from './assets.js';
import type { PersonalizeParameters } from './parameters.js';

/** A finished head on show. */
export interface ShownHead {
  /** Amounts by direction or group name. */
  setExpression(amounts: Readonly<Record<string, number>>): void;
  /** Turns slowly from side to side and smiles now and then, or rests. */
  play(plays: boolean): void;
  dispose(): void;
}

export interface ShowHeadEvents {
  readonly onError: (error: Error) => void;
  /** @param smile 0..1, while it plays */
  readonly onSmile: (smile: number) => void;
}

/** Radians to each side, and seconds from one side to the other and back, and from smile to smile. */
const swing = { angle: 0.55, turn: 9, smile: 6 } as const;

/**
 * Puts a person into a small scene that the mouse turns.
 * @param head bytes of a .head file
 * @throws DeviceError without WebGPU
 */
export async function showHead(
  canvas: HTMLCanvasElement,
  head: Uint8Array,
  parameters: PersonalizeParameters,
  { onError, onSmile }: ShowHeadEvents,
): Promise<ShownHead> {
  const engine = await createHeadEngineAsync(canvas, { antialias: true });
  try {
    const base = await fetchBaseAsync(assets.base);
    const person = await readPerson(bytesSource(head), base);
    const model = await createHeadModelAsync(engine, {
      base,
      person,
      directions: await fetchDirectionsAsync(assets.directions, base),
      proxy: await readProxy(bytesSource(new Uint8Array(await (await fetch(assets.proxy)).arrayBuffer())), base),
      wasmPaths: assets.wasmPaths,
      quality: qualityOf(parameters),
    });
    const scene = new Scene(engine);
    scene.clearColor = new Color4(0.19, 0.21, 0.25, 1);
    const camera = new ArcRotateCamera('camera', -Math.PI / 2, Math.PI / 2 - 0.05, 1.2, Vector3.Zero(), scene);
    camera.fov = 0.6;
    camera.minZ = 0.05;
    camera.maxZ = 50;
    camera.lowerRadiusLimit = 0.5;
    camera.upperRadiusLimit = 4;
    camera.wheelDeltaPercentage = 0.01;
    camera.attachControl(canvas, true);
    const shown = new HeadImage('me', scene, model);
    shown.onErrorObservable.add(onError);
    shown.ws = personWs(person, null, model.generator.layout.numWs);
    await shown.whenSettledAsync();
    let amounts: Readonly<Record<string, number>> = {};
    let plays = false;
    let seconds = 0;
    scene.onBeforeRenderObservable.add(() => {
      if (!plays) return;
      // A frame that took long is no leap of the head.
      seconds += Math.min(engine.getDeltaTime(), 100) / 1000;
      camera.alpha = -Math.PI / 2 + swing.angle * Math.sin((2 * Math.PI * seconds) / swing.turn);
      const smile = Math.max(0, Math.sin((2 * Math.PI * seconds) / swing.smile));
      shown.amounts = { ...amounts, smile };
      onSmile(smile);
    });
    engine.runRenderLoop(() => scene.render());
    const resize = new ResizeObserver(() => engine.resize());
    resize.observe(canvas);
    await scene.whenReadyAsync();
    return {
      setExpression: (wanted) => {
        amounts = wanted;
        shown.amounts = wanted;
      },
      play: (wanted) => (plays = wanted),
      dispose: () => {
        resize.disconnect();
        engine.stopRenderLoop();
        shown.dispose();
        void model.disposeAsync().finally(() => engine.dispose());
      },
    };
  } catch (error) {
    engine.dispose();
    throw error;
  }
}
