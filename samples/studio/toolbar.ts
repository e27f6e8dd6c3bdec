import type { AdvancedDynamicTexture } from '@babylonjs/gui/2D/advancedDynamicTexture.js';
import { Control } from '@babylonjs/gui/2D/controls/control.js';
import { StackPanel } from '@babylonjs/gui/2D/controls/stackPanel.js';
import { gizmoModes, type HeadGizmos } from './gizmos.js';
import { colors, createButton, margin } from './guiParts.js';

export interface FileActions {
  /** Asks for files to open. */
  open(): void;
  /** Offers the scene as a file. */
  save(): void;
}

const buttonWidth = 64;

/** Buttons for files, for the gizmo (one at a time, off when pressed again), and to take a head away. */
export function createToolbar(
  texture: AdvancedDynamicTexture,
  files: FileActions,
  gizmos: HeadGizmos,
  remove: () => void,
): void {
  const row = new StackPanel('tools');
  row.isVertical = false;
  row.heightInPixels = 30;
  row.spacing = 6;
  row.leftInPixels = row.topInPixels = margin;
  row.horizontalAlignment = Control.HORIZONTAL_ALIGNMENT_LEFT;
  row.verticalAlignment = Control.VERTICAL_ALIGNMENT_TOP;
  row.addControl(createButton('open', 'Open', buttonWidth, () => files.open()));
  row.addControl(createButton('save', 'Save', buttonWidth, () => files.save()));
  const modes = gizmoModes.map((mode) => {
    const text = mode.charAt(0).toUpperCase() + mode.slice(1);
    const button = createButton(mode, text, buttonWidth, () => {
      gizmos.mode = gizmos.mode === mode ? null : mode;
      for (const [each, other] of modes) other.background = gizmos.mode === each ? colors.pressed : colors.button;
    });
    row.addControl(button);
    return [mode, button] as const;
  });
  row.addControl(createButton('remove', 'Remove', buttonWidth, remove));
  texture.addControl(row);
}
