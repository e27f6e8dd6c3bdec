import type { AbstractEngine } from '@babylonjs/core/Engines/abstractEngine.js';
import '@babylonjs/core/Loading/Plugins/babylonFileLoader.js';
import { AppendSceneAsync } from '@babylonjs/core/Loading/sceneLoader.js';
import { SceneLoaderFlags } from '@babylonjs/core/Loading/sceneLoaderFlags.js';
import '@babylonjs/core/Materials/colorCurves.js';
import { SceneSerializer } from '@babylonjs/core/Misc/sceneSerializer.js';
import { Scene } from '@babylonjs/core/scene.js';
import { PersonalizedHead, type PersonalizedHeadMesh } from '../../plugin/index.js';

export const serializeScene = (scene: Scene): string => JSON.stringify(SceneSerializer.Serialize(scene));

export const headsIn = (scene: Scene): PersonalizedHeadMesh[] =>
  scene.meshes.flatMap((mesh) => PersonalizedHead.Of(mesh)?.mesh ?? []) as PersonalizedHeadMesh[];

/**
 * A scene file's own scene, with its heads ready. Rejects, and leaves nothing, where it cannot be read, has no head, or one
 * that cannot be had.
 */
export async function openSceneAsync(engine: AbstractEngine, file: File): Promise<Scene> {
  const json = await file.text();
  // The page says itself what it does.
  SceneLoaderFlags.ShowLoadingScreen = false;
  const scene = new Scene(engine);
  try {
    // Babylon's own message has the whole scene in it.
    JSON.parse(json);
    await AppendSceneAsync(`data:${json}`, scene, { pluginExtension: '.babylon' });
    const heads = headsIn(scene);
    if (heads.length === 0) throw new Error('expected a scene with a head, got none. Open one that was saved here.');
    await Promise.all(heads.map((head) => head.whenReadyAsync()));
    return scene;
  } catch (error) {
    scene.dispose();
    throw new Error(`${file.name}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}
