// Runs for range.test.ts: the compiled package on the Babylon that `@babylonjs/core` names here.
import { readFileSync } from 'node:fs';
import '@babylonjs/core/Animations/animatable.js';
import { Animation } from '@babylonjs/core/Animations/animation.js';
import { AnimationGroup } from '@babylonjs/core/Animations/animationGroup.js';

// Babylon 9.12 reads saved cameras by these.
import '@babylonjs/core/Cameras/camera.js';
import { FreeCamera } from '@babylonjs/core/Cameras/freeCamera.js';
import '@babylonjs/core/Cameras/universalCamera.js';
import { NullEngine } from '@babylonjs/core/Engines/nullEngine.js';
import '@babylonjs/core/Loading/Plugins/babylonFileLoader.js';
import { SceneLoader } from '@babylonjs/core/Loading/sceneLoader.js';
import { Vector3 } from '@babylonjs/core/Maths/math.vector.js';
import { Mesh } from '@babylonjs/core/Meshes/mesh.js';
import { SceneSerializer } from '@babylonjs/core/Misc/sceneSerializer.js';
import { Scene } from '@babylonjs/core/scene.js';
import * as plugin from '../../../dist/plugin/index.js';
import { headScenario } from '../../plugin/editor/headScenario.mjs';

const babylon = {
  Animation,
  AnimationGroup,
  FreeCamera,
  Mesh,
  NullEngine,
  Scene,
  SceneLoader,
  SceneSerializer,
  Vector3,
};

/** The serializer's own package stands at that version too. */
async function exportAsync(head) {
  const glb = Buffer.from(await (await head.exportGLBAsync()).arrayBuffer());
  const json = JSON.parse(glb.subarray(20, 20 + glb.readUInt32LE(12)).toString());
  return { magic: glb.toString('latin1', 0, 4), targetNames: json.meshes[0].extras.targetNames.length };
}

const seen = await headScenario(babylon, plugin, readFileSync(process.argv[2]), async (head) => ({
  glb: await exportAsync(head),
}));
console.log(JSON.stringify(seen));
process.exit(0);
