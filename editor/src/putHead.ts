import type { Vector3 } from '@babylonjs/core/Maths/math.vector.pure.js';
import { RandomGUID } from '@babylonjs/core/Misc/guid.js';
import type { Node } from '@babylonjs/core/node.js';
import type { Scene } from '@babylonjs/core/scene.pure.js';
import { registerUndoRedo, type Editor } from 'babylonjs-editor';
import { addHeadAsync } from '../../plugin/gallery/addHead.js';
import type { HeadItem } from '../../plugin/gallery/headItem.js';
import { newUniqueId } from '../../plugin/node/ids.js';
import { PersonalizedHead } from '../../plugin/node/personalizedHead.js';
import type { PersonalizedHeadMesh } from '../../plugin/node/members.js';

/** The Editor counts centimetres, heads metres. */
export const editorScale = 100;

/** The Editor's tabs show and edit a node; null: none. Its graph must know a node before it can be selected. */
async function selectAsync(editor: Editor, node: Node | null): Promise<void> {
  const { graph, inspector, animations, preview } = editor.layout;
  await graph.refresh();
  if (node) graph.setSelectedNode?.(node);
  inspector.setEditedObject?.(node ?? preview?.scene);
  animations?.setEditedObject?.(node ?? preview?.scene);
  preview?.gizmo?.setAttachedObject?.(node);
}

/**
 * Puts a head into the preview's scene as one step that can be undone: standing on `at`, selected, with ids that no other
 * session gives.
 * @throws AssetError as CreatePersonalizedHeadAsync; the scene stays as it was
 */
export async function putHeadAsync(
  editor: Editor,
  scene: Scene,
  item: HeadItem,
  at: Vector3 | null,
): Promise<PersonalizedHeadMesh> {
  const head = await addHeadAsync(scene, item, { at, scale: editorScale });
  nameForEditor(head);
  const parts = [head.poseNode.parent as typeof head.poseNode, head.poseNode];
  registerUndoRedo({
    undo: () => {
      scene.removeMesh(head);
      for (const node of parts) scene.removeTransformNode(node);
    },
    redo: () => {
      if (scene.isDisposed || scene.meshes.includes(head)) return;
      scene.addMesh(head);
      for (const node of parts) scene.addTransformNode(node);
    },
    action: () => void selectAsync(editor, scene.meshes.includes(head) ? head : null),
    onLost: () => {
      if (!scene.isDisposed && !scene.meshes.includes(head)) head.dispose();
    },
  });
  await selectAsync(editor, head);
  return head;
}

/** Files of a project are named by ids, and parents are found by uniqueIds: both must be no other's in any session. */
function nameForEditor(head: PersonalizedHeadMesh): void {
  head.id = RandomGUID();
  head.uniqueId = newUniqueId();
  PersonalizedHead.Of(head)!.rename();
}
