import { AdvancedDynamicTexture } from '@babylonjs/gui/2D/advancedDynamicTexture.js';
import { Button } from '@babylonjs/gui/2D/controls/button.js';
import { Control } from '@babylonjs/gui/2D/controls/control.js';
import { Rectangle } from '@babylonjs/gui/2D/controls/rectangle.js';
import { StackPanel } from '@babylonjs/gui/2D/controls/stackPanel.js';
import { TextBlock } from '@babylonjs/gui/2D/controls/textBlock.js';
import type { Scene } from '@babylonjs/core/scene.js';

/** What the panel's buttons do, by their text. */
export type Actions = Readonly<Record<string, () => void>>;

export interface Panel {
  /** Shows who speaks what; an empty line hides it. */
  caption(line: string): void;
}

function createButton(text: string, action: () => void): Button {
  const button = Button.CreateSimpleButton(text, text);
  button.width = '84px';
  button.height = '30px';
  button.paddingLeft = '3px';
  button.paddingRight = '3px';
  button.color = '#f4ede4';
  button.background = '#2b2320cc';
  button.cornerRadius = 8;
  button.thickness = 0;
  button.fontSize = 13;
  button.onPointerClickObservable.add(action);
  return button;
}

/** Captions and a row of buttons along the bottom. */
export function createPanel(scene: Scene, actions: Actions): Panel {
  const texture = AdvancedDynamicTexture.CreateFullscreenUI('panel', true, scene);
  const row = new StackPanel('buttons');
  row.isVertical = false;
  row.height = '36px';
  row.paddingBottom = '6px';
  row.verticalAlignment = Control.VERTICAL_ALIGNMENT_BOTTOM;
  for (const [text, action] of Object.entries(actions)) row.addControl(createButton(text, action));
  texture.addControl(row);
  const plate = new Rectangle('caption');
  plate.width = 0.8;
  plate.height = '34px';
  plate.top = '-44px';
  plate.thickness = 0;
  plate.cornerRadius = 8;
  plate.background = '#2b2320cc';
  plate.verticalAlignment = Control.VERTICAL_ALIGNMENT_BOTTOM;
  plate.isVisible = false;
  plate.isHitTestVisible = false;
  const words = new TextBlock('words');
  words.color = '#f4ede4';
  words.fontSize = 16;
  words.textWrapping = true;
  plate.addControl(words);
  texture.addControl(plate);
  return {
    caption(line) {
      words.text = line;
      plate.isVisible = line !== '';
    },
  };
}
