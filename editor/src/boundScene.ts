import { SceneLoader } from '@babylonjs/core/Loading/sceneLoader.js';
import { SceneSerializer } from '@babylonjs/core/Misc/sceneSerializer.js';
import type { Scene } from '@babylonjs/core/scene.pure.js';
import type { Editor } from 'babylonjs-editor';
import { AttachPersonalizedHeads, RegisterPersonalizedHead } from '../../plugin/node/registerHeads.js';
import { registry } from '../../plugin/registry.js';
import type { HeadProject } from './project.js';

/** How often the preview is asked for its scene, milliseconds. */
const interval = 500;

/**
 * Follows the preview's scene, which comes late and is another one after each switch: heads in it find their files.
 * @param onScene a scene has come; what it returns is called when that scene goes
 * @returns ends it
 */
export function followScene(
  editor: Editor,
  project: HeadProject,
  onScene: (scene: Scene, canvas: HTMLElement) => () => void,
): () => void {
  RegisterPersonalizedHead();
  let bound: Scene | null = null;
  let leave = (): void => undefined;
  const look = (): void => {
    const { scene = null, canvas = null } = editor.layout.preview ?? {};
    const next = scene && !scene.isDisposed && canvas ? scene : null;
    if (next === bound) return;
    leave();
    leave = () => undefined;
    bound = next;
    if (!next) return;
    // No `image: false`, although the preview may have none: options are the game's too.
    AttachPersonalizedHeads(next, { rootUrl: project.rootUrl });
    leave = onScene(next, canvas!);
  };
  look();
  const timer = setInterval(look, interval);
  // Before the first mesh of a scene is read, which may be sooner than the timer.
  // eslint-disable-next-line @typescript-eslint/no-deprecated
  const observer = SceneLoader.OnPluginActivatedObservable.add(look);
  return () => {
    clearInterval(timer);
    observer.remove();
    leave();
  };
}

/**
 * The Editor saves a project mesh by mesh, then exports the game's scene as a whole. The project gets the positions of
 * morph targets (2 MB a head), without which it could not be exported where this plugin is not installed; the game, which
 * has the heads' files, does without.
 * @returns ends it
 */
export function savePositionsInProjects(): () => void {
  const shared = registry();
  shared.savePositions = true;
  const { Serialize: whole, SerializeAsync: wholeAsync } = Object.getOwnPropertyDescriptors(SceneSerializer);
  const lightly = <T>(serialize: (scene: Scene) => T): ((scene: Scene) => T) => {
    return (scene) => {
      shared.savePositions = false;
      try {
        // What is asynchronous of it are textures, later.
        return serialize.call(SceneSerializer, scene);
      } finally {
        shared.savePositions = true;
      }
    };
  };
  const [light, lightAsync] = [lightly(whole.value!), lightly(wholeAsync.value!)];
  Object.assign(SceneSerializer, { Serialize: light, SerializeAsync: lightAsync });
  return () => {
    shared.savePositions = false;
    if (SceneSerializer.Serialize === light) Object.defineProperty(SceneSerializer, 'Serialize', whole);
    if (SceneSerializer.SerializeAsync === lightAsync) {
      Object.defineProperty(SceneSerializer, 'SerializeAsync', wholeAsync);
    }
  };
}
