import { gizmoModes, type GizmoMode, type HeadGizmos } from './gizmos.js';
import { createButton, createPanel } from './htmlParts.js';

export interface FileActions {
  /** Asks for files to open. */
  open(): void;
  /** Offers the scene as a file. */
  save(): void;
}

export interface ToolActions extends FileActions {
  /** Takes the edited head away. */
  remove(): void;
  /** Shows or hides the heads that can be dragged into the scene. */
  heads(): void;
  /** Opens or closes Babylon's Inspector. */
  inspect(): void;
}

const hints: Readonly<Record<GizmoMode, string>> = {
  move: 'Move the head: arrows to drag',
  rotate: 'Rotate the whole head: rings to drag',
  pose: 'Pose the head about its neck: rings to drag',
};

/** Buttons for files, for the gizmo (one at a time, off when pressed again), to take a head away, and for the Inspector. */
export function createToolbar(actions: ToolActions, gizmos: HeadGizmos): HTMLElement {
  const row = createPanel('tools', 'Tools');
  const heads = createButton('heads', 'Heads', 'Heads to drag into the scene', () => {
    actions.heads();
    heads.setAttribute('aria-pressed', String(heads.getAttribute('aria-pressed') !== 'true'));
  });
  heads.setAttribute('aria-pressed', 'false');
  row.append(
    heads,
    createButton('open', 'Open', 'Open heads, or a scene that was saved here', () => actions.open()),
    createButton('save', 'Save', 'Save the scene as a .babylon file', () => actions.save()),
  );
  const modes = gizmoModes.map((mode) => {
    const text = mode.charAt(0).toUpperCase() + mode.slice(1);
    const button = createButton(mode, text, hints[mode], () => {
      gizmos.mode = gizmos.mode === mode ? null : mode;
      for (const [each, other] of modes) other.setAttribute('aria-pressed', String(gizmos.mode === each));
    });
    button.setAttribute('aria-pressed', 'false');
    row.append(button);
    return [mode, button] as const;
  });
  row.append(
    createButton('remove', 'Remove', 'Remove the head that is edited', () => actions.remove()),
    createButton('inspector', 'Inspector', 'Open or close Babylon’s Inspector', () => actions.inspect()),
  );
  return row;
}
