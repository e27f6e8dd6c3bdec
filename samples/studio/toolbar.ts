import type { AdvancedDynamicTexture } from '@babylonjs/gui/2D/advancedDynamicTexture.js';
import type { Button } from '@babylonjs/gui/2D/controls/button.js';
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

/** Pixels for a word, so that the row ends before the sliders on a small screen too. */
const widthOf = (text: string): number => 22 + 6 * text.length;

export interface ToolActions extends FileActions {
  /** Takes the edited head away. */
  remove(): void;
  /** Opens or closes Babylon's Inspector. */
  inspect(): void;
}

/** Buttons for files, for the gizmo (one at a time, off when pressed again), to take a head away, and for the Inspector. */
export function createToolbar(texture: AdvancedDynamicTexture, actions: ToolActions, gizmos: HeadGizmos): void {
  const row = new StackPanel('tools');
  row.isVertical = false;
  row.heightInPixels = 30;
  row.spacing = 4;
  row.leftInPixels = row.topInPixels = margin;
  row.horizontalAlignment = Control.HORIZONTAL_ALIGNMENT_LEFT;
  row.verticalAlignment = Control.VERTICAL_ALIGNMENT_TOP;
  const add = (name: string, text: string, action: () => void): Button => {
    const button = createButton(name, text, widthOf(text), action);
    row.addControl(button);
    return button;
  };
  add('open', 'Open', () => actions.open());
  add('save', 'Save', () => actions.save());
  const modes = gizmoModes.map((mode) => {
    const text = mode.charAt(0).toUpperCase() + mode.slice(1);
    const button = add(mode, text, () => {
      gizmos.mode = gizmos.mode === mode ? null : mode;
      for (const [each, other] of modes) other.background = gizmos.mode === each ? colors.pressed : colors.button;
    });
    return [mode, button] as const;
  });
  add('remove', 'Remove', () => actions.remove());
  add('inspector', 'Inspector', () => actions.inspect());
  texture.addControl(row);
}
