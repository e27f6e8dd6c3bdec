import type { AnimationGroup } from '@babylonjs/core/Animations/animationGroup.pure.js';
import type { AssetContainer } from '@babylonjs/core/assetContainer.js';
import { LoadAssetContainerAsync, type LoadAssetContainerOptions } from '@babylonjs/core/Loading/sceneLoader.js';
import type { Mesh } from '@babylonjs/core/Meshes/mesh.pure.js';
import { AssetError, HeadError, ShapeError } from '../../runtime/core/errors.js';
import { kindOf } from '../../runtime/core/kindOf.js';
import { expectHead, retargetAnimationGroup, type RetargetOptions } from './retarget.js';
import { clipsOfVrmAnimation, vrmAnimationOf } from './vrmAnimation.js';

/** How a file's clips are brought onto a head. */
type ImportOptions = LoadAssetContainerOptions & Pick<RetargetOptions, 'pose' | 'onMissing'>;

const where = 'importFaceClipsAsync';

/**
 * Loads the clips of a file, for instance a recorded face as glTF or a VRM animation (.vrma), for a head. Needs Babylon's
 * loader for its kind (`@babylonjs/loaders/glTF`). Clips that neither move a morph target of the head nor turn it are left
 * out; nothing else of the file stays in the scene, and no group is started.
 * @param source as Babylon's loaders take it: an address, a File, or bytes with `pluginExtension: '.glb'`
 * @throws AssetError where the file cannot be had or read, or no clip of it is for such a head, with what its clips move
 */
export async function importFaceClipsAsync(
  source: string | File | ArrayBufferView,
  head: Mesh,
  { pose = true, onMissing, ...options }: ImportOptions = {},
): Promise<AnimationGroup[]> {
  expectHead(where, head);
  if (typeof source !== 'string' && !ArrayBuffer.isView(source) && !(source instanceof Blob)) {
    throw new ShapeError('retarget/source', `${where}: expected an address, a File or bytes, got ${kindOf(source)}.`);
  }
  const { container, json } = await loadAsync(source, head, options);
  const vrm = vrmAnimationOf(json);
  const groups = vrm ? clipsOfVrmAnimation(container, vrm) : container.animationGroups;
  try {
    const clips: AnimationGroup[] = [];
    const refused: AssetError[] = [];
    for (const group of groups) {
      try {
        clips.push(retargetAnimationGroup(group, head, { pose, ...(onMissing ? { onMissing } : {}) }));
      } catch (error) {
        if (!(error instanceof AssetError)) throw error;
        refused.push(error);
      }
    }
    if (clips.length > 0) return clips;
    const why = refused.slice(0, 3).map(({ message }) => message.replace(/^retargetAnimationGroup: /, ''));
    throw new AssetError(
      refused.find(({ code }) => code === 'retarget/units')?.code ?? 'retarget/clips',
      `${where}: none of the file's ${groups.length} clips moves a morph target of ${head.name} or turns a head` +
        (why.length > 0 ? `: ${why.join(' ')}` : '. Name them as ARKit does.'),
    );
  } finally {
    if (vrm) for (const group of groups) group.dispose();
    container.dispose();
  }
}

async function loadAsync(
  source: string | File | ArrayBufferView,
  head: Mesh,
  options: LoadAssetContainerOptions,
): Promise<{ readonly container: AssetContainer; readonly json: unknown }> {
  let json: unknown;
  const name = typeof source === 'string' ? source : source instanceof Blob ? source.name : 'bytes';
  // Babylon knows no .vrma, which is a .glb with an extension of its own.
  const isVrm = /\.vrma([?#]|$)/i.test(name);
  const { gltf, ...others } = (options.pluginOptions ?? {}) as Record<string, Record<string, unknown> | undefined>;
  const own = {
    ...options,
    ...(isVrm && !options.pluginExtension ? { pluginExtension: '.glb' } : {}),
    pluginOptions: { ...others, gltf: { ...gltf, onParsed: (data: { json: unknown }) => (json = data.json) } },
  };
  try {
    const container = await LoadAssetContainerAsync(source, head.getScene(), own);
    return { container, json };
  } catch (error) {
    if (error instanceof HeadError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new AssetError(
      'retarget/file',
      `${where}: ${name.slice(0, 200)} cannot be read: ${reason} Import @babylonjs/loaders/glTF, and of bytes give pluginExtension '.glb'.`,
      { cause: error },
    );
  }
}
