import { expect, test } from '@jest/globals';
import { FreeCamera } from '@babylonjs/core/Cameras/freeCamera.js';
import { Color4 } from '@babylonjs/core/Maths/math.color.js';
import { Vector3 } from '@babylonjs/core/Maths/math.vector.js';
import { Scene } from '@babylonjs/core/scene.js';
import { encode } from 'fast-png';
import { mkdirSync, writeFileSync } from 'node:fs';
import { HeadImage } from '../../../plugin/image/headImage.js';
import { createHeadModelAsync } from '../../../plugin/image/headModel.js';
import { ballBase, ballNetwork, ballWs } from './ballBase.js';
import { nodeEngine } from './nodeEngine.js';

test('first', async () => {
  const t0 = Date.now();
  const log = (s: string) => process.stderr.write(`${s} ${Date.now() - t0}\n`);
  const node = await nodeEngine(64, 48);
  log('engine');
  const base = await ballBase();
  const network = ballNetwork(base);
  const model = await createHeadModelAsync(node.engine, { base, execution: network.execution, quality: { resolution: 128, movingResolution: 128, depthResolution: 24, depthResolutionImportance: 0 } });
  log('model');
  const scene = new Scene(node.engine);
  scene.clearColor = new Color4(0, 0, 0.2, 1);
  const camera = new FreeCamera('camera', new Vector3(0, 0, -1.4), scene);
  camera.setTarget(Vector3.Zero());
  camera.minZ = 0.05;
  const head = new HeadImage('head', scene, model);
  head.onErrorObservable.add((e) => log(String(e.stack)));
  head.ws = ballWs(base, 0.3);
  await head.whenSettledAsync();
  log('settled');
  for (let i = 0; i < 10 && !head.showsImage; i++) { await node.frame(scene); log(`frame ${head.showsImage} ${head.renders}`); await new Promise(r => setTimeout(r, 50)); }
  await node.frame(scene);
  const data = await node.pixels();
  mkdirSync('/tmp/img/out', { recursive: true });
  writeFileSync('/tmp/img/out/first.png', encode({ width: 64, height: 48, data, channels: 4 }));
  log('done');
  expect(head.showsImage).toBe(true);
});
