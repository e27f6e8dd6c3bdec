import { expect, test } from '@jest/globals';
import { FreeCamera } from '@babylonjs/core/Cameras/freeCamera.js';
import { Vector3 } from '@babylonjs/core/Maths/math.vector.js';
import { Scene } from '@babylonjs/core/scene.js';
import { headExtent } from '../../../plugin/image/headCamera.js';
import { HeadImage } from '../../../plugin/image/headImage.js';
import { createHeadModelAsync } from '../../../plugin/image/headModel.js';
import { sightOf } from '../../../plugin/image/sight.js';
import { cpu, goldenTensorOf, repeatW } from '../../network/runGraph.js';
import { tinyBase } from '../../network/tinyBase.js';
import { nodeEngine, readTexture } from './nodeEngine.js';
import { savePicture } from './savePicture.js';

test('a base with super-resolution shows its own image at rest, and the raw one while something moves', async () => {
  const node = await nodeEngine(64, 64);
  const base = await tinyBase();
  const quality = { resolution: 32, movingResolution: 32, depthResolution: 8, depthResolutionImportance: 0 };
  const model = await createHeadModelAsync(node.engine, { base, execution: () => cpu(), quality });
  const scene = new Scene(node.engine);
  const camera = new FreeCamera('camera', new Vector3(0, 0, -1.6), scene);
  camera.setTarget(Vector3.Zero());
  const head = new HeadImage('head', scene, model);
  const errors: string[] = [];
  head.onErrorObservable.add(({ message }) => errors.push(message));
  const { dims, data } = repeatW(goldenTensorOf('tiny_main', 'z0.w'), 8);
  const ws = { dims: dims.slice(1), data };
  head.ws = ws;
  await head.whenSettledAsync();
  await node.frame(scene);
  expect([head.texture.getSize().width, head.atRest]).toEqual([32, false]);
  for (let i = 0; i < 200 && !head.atRest; i++) {
    await node.frame(scene);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  expect([head.atRest, errors]).toEqual([true, []]);

  // The same view through the networks themselves.
  const { view } = sightOf(camera, head.node.getWorldMatrix(), headExtent(base.config), 64)!;
  const renderer = model.renderer!;
  const planes = await model.generator.planes(ws);
  renderer.setPlanes({ dims: planes.dims, data: planes.data! });
  const side = base.config.neuralRenderingResolution;
  const { features } = await renderer.read(renderer.render(view.camera, side, view.bounds));
  const image = await model.generator.superresolve({ dims: [1, 32, side, side], data: features }, ws);
  const fine = image.dims.at(-1)!;
  expect(head.texture.getSize().width).toBe(fine);
  expect(head.depthTexture.getSize().width).toBe(side);
  const texture = head.texture.getInternalTexture()!._hardwareTexture!.underlyingResource as GPUTexture;
  const drawn = await readTexture(node.device(), texture);
  savePicture('super-resolved', drawn, fine, 2);
  expect(drawn.some((value, i) => i % 4 < 3 && value > 40)).toBe(true);
  let worst = 0;
  for (let pixel = 0; pixel < fine * fine; pixel++) {
    const flipped = (fine - 1 - Math.floor(pixel / fine)) * fine + (pixel % fine);
    for (let c = 0; c < 3; c++) {
      const value = Math.max(0, 0.5 + 0.5 * image.data![c * fine * fine + pixel]!) * 255;
      worst = Math.max(worst, Math.abs(drawn[4 * flipped + c]! - Math.min(value, drawn[4 * flipped + 3]!)));
    }
  }
  expect(worst).toBeLessThanOrEqual(2);

  const before = head.texture;
  camera.position.x = 0.3;
  await node.frame(scene);
  expect([head.texture.getSize().width, head.texture === before]).toEqual([32, true]);
  head.dispose();
  await model.disposeAsync();
});
