import type { AnimationGroup } from '@babylonjs/core/Animations/animationGroup.pure.js';
import { LoadAssetContainerAsync, type LoadAssetContainerOptions } from '@babylonjs/core/Loading/sceneLoader.js';
import type { Mesh } from '@babylonjs/core/Meshes/mesh.pure.js';
import { AssetError } from '../../runtime/core/errors.js';
import { retargetAnimationGroup, type RetargetOptions } from './retarget.js';

/**
 * Loads the clips of a file, for instance a recorded face as glTF, for a head. Needs Babylon's loader for its kind
 * (`@babylonjs/loaders/glTF`). Clips that neither move a morph target of the head nor turn it are left out; nothing else of
 * the file stays in the scene, and no group is started.
 * @param source as Babylon's loaders take it: an address, a File, or bytes with `pluginExtension: '.glb'`
 * @throws AssetError where no clip of the file is for such a head
 */
export async function importFaceClipsAsync(
  source: string | File | ArrayBufferView,
  head: Mesh,
  { pose = true, ...options }: LoadAssetContainerOptions & Pick<RetargetOptions, 'pose'> = {},
): Promise<AnimationGroup[]> {
  const container = await LoadAssetContainerAsync(source, head.getScene(), options);
  try {
    const clips: AnimationGroup[] = [];
    for (const group of container.animationGroups) {
      try {
        clips.push(retargetAnimationGroup(group, head, { pose }));
      } catch (error) {
        if (!(error instanceof AssetError)) throw error;
      }
    }
    if (clips.length === 0) {
      throw new AssetError(
        'retarget/clips',
        `importFaceClipsAsync: none of the file's ${container.animationGroups.length} clips moves a morph target of ` +
          `${head.name} or turns a head. Name them as ARKit does.`,
      );
    }
    return clips;
  } finally {
    container.dispose();
  }
}
