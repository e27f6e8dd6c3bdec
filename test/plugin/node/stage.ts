import { afterEach, beforeEach, jest } from '@jest/globals';
// Babylon 9.12 reads saved cameras by these.
import '@babylonjs/core/Cameras/camera.js';
import '@babylonjs/core/Cameras/universalCamera.js';
import { FreeCamera } from '@babylonjs/core/Cameras/freeCamera.js';
import { NullEngine } from '@babylonjs/core/Engines/nullEngine.js';
import { Vector3 } from '@babylonjs/core/Maths/math.vector.js';
import { Logger } from '@babylonjs/core/Misc/logger.js';
import { Scene } from '@babylonjs/core/scene.js';
import {
  CreatePersonalizedHeadAsync,
  type HeadCreationOptions,
  type PersonalizedHeadMesh,
} from '../../../plugin/index.js';
import { serve } from './files.js';

export interface Stage {
  engine: NullEngine;
  scene: Scene;
  /** What Babylon's log was told. */
  readonly warnings: string[];
  readonly errors: string[];
}

export function newScene(engine: NullEngine): Scene {
  const scene = new Scene(engine);
  new FreeCamera('camera', new Vector3(0, 0, -3), scene);
  return scene;
}

/** An engine without graphics and a scene for every test. */
export function useStage(): Stage {
  const stage = { warnings: [] as string[], errors: [] as string[] } as unknown as Stage;
  beforeEach(() => {
    serve();
    stage.warnings.length = stage.errors.length = 0;
    jest.spyOn(Logger, 'Warn').mockImplementation((message) => void stage.warnings.push(String(message)));
    jest.spyOn(Logger, 'Error').mockImplementation((message) => void stage.errors.push(String(message)));
    jest.spyOn(Logger, 'Log').mockImplementation(() => undefined);
    stage.engine = new NullEngine();
    stage.scene = newScene(stage.engine);
  });
  afterEach(() => {
    stage.engine.dispose();
    jest.restoreAllMocks();
  });
  return stage;
}

export const alice = (scene: Scene, options: HeadCreationOptions = {}): Promise<PersonalizedHeadMesh> =>
  CreatePersonalizedHeadAsync('alice', 'heads/alice.head', scene, options);

export const turns = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5));
