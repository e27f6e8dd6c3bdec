import type { Editor } from 'babylonjs-editor';
import { HeadSession } from './session.js';

export const title = 'Personalized Head';
export const description =
  'Drag a person’s own 3D head into the scene, key its smile and pose, and save it with the project.';

/** How often an editor is asked which project it has open, milliseconds. */
const interval = 500;
const key = Symbol.for('babylon-personalized-head-editor/1');

/** What ends the plugin, by editor. Every project has its own copy of this module, and one must find the other's. */
function running(): Map<Editor, () => void> {
  const shared = globalThis as unknown as Record<symbol, Map<Editor, () => void> | undefined>;
  return (shared[key] ??= new Map<Editor, () => void>());
}

/** The path that an editor says is its project's file's. */
const folderOf = ({ state }: Editor): string | null =>
  state.projectPath?.replace(/[/\\][^/\\]+\.bjseditor$/, '') ?? null;

/** Called by Babylon's Editor when a project with the plugin has been opened; may be called again without `close`. */
export function main(editor: Editor): void {
  close(editor);
  let session: HeadSession | null = null;
  const look = (): void => {
    const folder = folderOf(editor);
    if (folder === session?.project.folder) return;
    // Another project has been opened, which may not have the plugin: if it has, `main` is called again.
    if (session) close(editor);
    else if (folder !== null) session = new HeadSession(editor, folder);
  };
  const timer = setInterval(look, interval);
  running().set(editor, () => {
    clearInterval(timer);
    session?.dispose();
  });
  look();
}

/**
 * Called by Babylon's Editor when the plugin is removed or updated.
 * @param editor absent: all
 */
export function close(editor?: Editor): void {
  const all = running();
  for (const each of editor ? [editor] : [...all.keys()]) {
    const end = all.get(each);
    all.delete(each);
    end?.();
  }
}
