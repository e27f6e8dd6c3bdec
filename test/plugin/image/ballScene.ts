import { FreeCamera } from '@babylonjs/core/Cameras/freeCamera.js';
import { Color4 } from '@babylonjs/core/Maths/math.color.js';
import { Vector3 } from '@babylonjs/core/Maths/math.vector.js';
import { Scene } from '@babylonjs/core/scene.js';
import { HeadImage } from '../../../plugin/image/headImage.js';
import { createHeadModelAsync, type HeadModel } from '../../../plugin/image/headModel.js';
import type { Base } from '../../../runtime/checkpoint/index.js';
import { ballBase, ballNetwork, ballWs, type BallNetwork } from './ballBase.js';
import { nodeEngine, type NodeEngine } from './nodeEngine.js';

/** A head that is a ball, before a camera. */
export interface BallScene {
  readonly node: NodeEngine;
  readonly base: Base;
  readonly network: BallNetwork;
  readonly model: HeadModel;
  readonly scene: Scene;
  readonly camera: FreeCamera;
  readonly head: HeadImage;
  readonly errors: string[];
  /** Draws until a head shows its image and shaders are compiled, then reads the canvas. */
  readonly shot: () => Promise<Uint8Array>;
}

export const background = new Color4(0.1, 0.2, 0.3, 1);

/** Sampling of the tests' heads: few, so that a software adapter is quick. */
export const quality = { resolution: 192, movingResolution: 192, depthResolution: 24, depthResolutionImportance: 0 };

export async function ballScene(width: number, height: number): Promise<BallScene> {
  const node = await nodeEngine(width, height);
  const base = await ballBase();
  const network = ballNetwork(base);
  const model = await createHeadModelAsync(node.engine, { base, execution: network.execution, quality });
  const scene = new Scene(node.engine);
  scene.clearColor = background;
  const camera = new FreeCamera('camera', new Vector3(0, 0, -1.4), scene);
  camera.setTarget(Vector3.Zero());
  camera.minZ = 0.05;
  camera.maxZ = 20;
  const head = new HeadImage('head', scene, model);
  const errors: string[] = [];
  head.onErrorObservable.add(({ message }) => errors.push(message));
  head.ws = ballWs(base, 0.3);
  await head.whenSettledAsync();
  const shot = async (): Promise<Uint8Array> => {
    // The first frame asks for pictures, the second draws them with shaders that are ready.
    let frames = 0;
    do {
      if (++frames > 50) throw new Error('The scene does not get ready.');
      await node.frame(scene);
    } while (!scene.isReady());
    await node.frame(scene);
    return node.pixels();
  };
  return { node, base, network, model, scene, camera, head, errors, shot };
}
