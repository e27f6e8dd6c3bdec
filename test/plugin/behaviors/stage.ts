import '@babylonjs/core/Animations/animatable.js';
import { FreeCamera } from '@babylonjs/core/Cameras/freeCamera.js';
import { NullEngine } from '@babylonjs/core/Engines/nullEngine.js';
import { Vector3 } from '@babylonjs/core/Maths/math.vector.js';
import type { Mesh } from '@babylonjs/core/Meshes/mesh.js';
import { Logger } from '@babylonjs/core/Misc/logger.js';
import { MeshBuilder } from '@babylonjs/core/Meshes/meshBuilder.js';
import { MorphTarget } from '@babylonjs/core/Morph/morphTarget.js';
import { MorphTargetManager } from '@babylonjs/core/Morph/morphTargetManager.js';
import { Scene } from '@babylonjs/core/scene.js';
import { ARKIT_NAMES } from '../../../plugin/arkitNames.js';
import { expressiveOf } from '../../../plugin/behaviors/expressiveOf.js';
import type { HeadPose } from '../../../plugin/behaviors/expressive.js';

export type TestHead = Mesh & { readonly expression: Record<string, number>; readonly pose: HeadPose };

/** A scene without a screen whose time passes by hand. */
export interface Stage {
  readonly scene: Scene;
  readonly camera: FreeCamera;
  /** Renders one frame, so many seconds after the last. */
  step(seconds: number): void;
  /** Renders frames of 1/60 s until so many seconds have passed, and calls back after each. */
  run(seconds: number, each?: (time: number) => void): void;
  dispose(): void;
}

export function createStage({ rightHanded = false } = {}): Stage {
  Logger.LogLevels = Logger.WarningLogLevel | Logger.ErrorLogLevel;
  const engine = new NullEngine();
  const scene = new Scene(engine);
  scene.useRightHandedSystem = rightHanded;
  const camera = new FreeCamera('camera', new Vector3(0, 0, rightHanded ? 3 : -3), scene);
  camera.setTarget(Vector3.Zero());
  let delta = 0;
  engine.getDeltaTime = () => delta;
  const step = (seconds: number): void => {
    delta = seconds * 1000;
    scene.render();
  };
  return {
    scene,
    camera,
    step,
    run(seconds, each) {
      const frames = Math.round(seconds * 60);
      for (let frame = 1; frame <= frames; frame++) {
        step(1 / 60);
        each?.(frame / 60);
      }
    },
    dispose: () => engine.dispose(),
  };
}

/** A mesh with morph targets under names, which move every vertex a little. */
export function createMorphMesh(scene: Scene, name = 'head', names: readonly string[] = ARKIT_NAMES): Mesh {
  const mesh = MeshBuilder.CreateBox(name, { size: 0.4, updatable: true }, scene);
  const manager = new MorphTargetManager(scene);
  const positions = mesh.getVerticesData('position')!;
  names.forEach((target, i) => {
    const morph = new MorphTarget(target, 0, scene);
    morph.id = `${name}:${target}`;
    morph.setPositions(positions.map((value) => value + 0.01 * (i + 1)));
    manager.addTarget(morph);
  });
  mesh.morphTargetManager = manager;
  return mesh;
}

/** The same with `expression` and `pose`, as a Personalized Head has them. */
export function createHead(scene: Scene, name = 'head'): TestHead {
  const mesh = createMorphMesh(scene, name);
  const { expression } = expressiveOf(mesh);
  return Object.assign(mesh, { expression, pose: { yaw: 0, pitch: 0, roll: 0 } });
}
