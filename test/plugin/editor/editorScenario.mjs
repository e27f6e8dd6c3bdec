// Runs inside the bundle of editorBundle.test.ts: the plugin on the Babylon of the Editor, without graphics.
/* global Response */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

// Everything in the bundle is CommonJS, as in the Editor.
const require = createRequire(import.meta.url);
const babylon = require('babylonjs');
const plugin = require('./plugin/index.js');

const proxy = readFileSync(process.argv[2]);
globalThis.fetch = async (url) =>
  url === 'public/base.proxy.safetensors' ? new Response(proxy) : new Response('', { status: 404 });

async function main() {
  const engine = new babylon.NullEngine();
  const scene = new babylon.Scene(engine);
  new babylon.FreeCamera('camera', new babylon.Vector3(0, 0, -3), scene);
  const head = await plugin.CreatePersonalizedHeadAsync('alice', 'public/base.safetensors', scene);
  head.expression.mouthSmileLeft = 0.5;
  head.pose.yaw = 0.25;
  const group = new babylon.AnimationGroup('talk', scene);
  const animation = new babylon.Animation('jaw', 'expression.jawOpen', 60, babylon.Animation.ANIMATIONTYPE_FLOAT);
  animation.setKeys([
    { frame: 0, value: 0 },
    { frame: 60, value: 1 },
  ]);
  group.addTargetedAnimation(animation, head);
  const clone = head.clone('bob');
  clone.expression.mouthSmileLeft = 1;
  scene.render();
  const json = JSON.stringify(babylon.SceneSerializer.Serialize(scene));

  const other = new babylon.Scene(engine);
  await babylon.SceneLoader.AppendAsync('', `data:${json}`, other, undefined, '.babylon');
  const loaded = other.getMeshByName('alice');
  const played = other.getAnimationGroupByName('talk');
  played.start();
  played.pause();
  played.goToFrame(30);
  other.render();
  await loaded.whenReadyAsync();
  console.log(
    JSON.stringify({
      version: babylon.Engine.Version,
      isMesh: loaded instanceof babylon.Mesh,
      className: loaded.getClassName(),
      targets: loaded.morphTargetManager.numTargets,
      moved: loaded.morphTargetManager.getTargetByName('jawOpen').getPositions().length > 0,
      smile: loaded.expression.mouthSmileLeft,
      cloneSmile: other.getMeshByName('bob').expression.mouthSmileLeft,
      yaw: loaded.pose.yaw,
      jaw: loaded.expression.jawOpen,
      ready: plugin.PersonalizedHead.Of(loaded).isReady(),
    }),
  );
  engine.dispose();
}

main().then(
  () => process.exit(0),
  (error) => {
    console.error(error);
    process.exit(1);
  },
);
