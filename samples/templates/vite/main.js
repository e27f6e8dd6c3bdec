import { ArcRotateCamera } from '@babylonjs/core/Cameras/arcRotateCamera.js';
import { Vector3 } from '@babylonjs/core/Maths/math.vector.js';
import { Scene } from '@babylonjs/core/scene.js';
import {
  BlinkBehavior,
  createHeadEngineAsync,
  CreatePersonalizedHeadAsync,
  LookAtBehavior,
} from 'babylon-personalized-head';
// The base that comes with the package: Vite serves these files, and puts them into the build.
import base from 'babylon-personalized-head/assets/base.safetensors?url';
import directionsUrl from 'babylon-personalized-head/assets/base.directions.json?url';
import proxyUrl from 'babylon-personalized-head/assets/base.proxy.safetensors?url';

const canvas = document.querySelector('canvas');
const say = (text) => (document.getElementById('message').textContent = text);
addEventListener('unhandledrejection', ({ reason }) => say(reason.message));

let notice = '';
const engine = await createHeadEngineAsync(canvas, { onFallback: (reason) => (notice = reason.message) });
const scene = new Scene(engine);
const camera = new ArcRotateCamera('camera', -1.4, 1.5, 1.2, Vector3.Zero(), scene);
camera.minZ = 0.05;
camera.attachControl();

// Small pictures for slow machines: ?size=64
const side = Number(new URLSearchParams(location.search).get('size') ?? 0);
const head = await CreatePersonalizedHeadAsync('somebody', base, scene, {
  seed: 2,
  directionsUrl,
  proxyUrl,
  ...(side > 0 ? { quality: { resolution: side, movingResolution: side, depthResolution: 8 } } : {}),
  onProgress: ({ loaded }) => say(`${(loaded / 1e6).toFixed(1)} MB`),
});
say(notice);
window.head = head;
head.smile = 0.6;
head.addBehavior(new LookAtBehavior({ target: camera }));
head.addBehavior(new BlinkBehavior());

engine.runRenderLoop(() => scene.render());
addEventListener('resize', () => engine.resize());
