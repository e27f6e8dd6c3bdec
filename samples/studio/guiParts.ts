import { Button } from '@babylonjs/gui/2D/controls/button.js';
import { Control } from '@babylonjs/gui/2D/controls/control.js';
import { Rectangle } from '@babylonjs/gui/2D/controls/rectangle.js';
import { TextBlock } from '@babylonjs/gui/2D/controls/textBlock.js';

export const colors = {
  text: '#ece9e4',
  quiet: '#aaa6a0',
  line: '#4a4a50',
  plate: '#1b1b1fdd',
  button: '#313137',
  pressed: '#8a6231',
  accent: '#e8ad63',
} as const;

/** Distance of everything from the canvas's edges, pixels. */
export const margin = 12;

export function createPlate(name: string): Rectangle {
  const plate = new Rectangle(name);
  plate.thickness = 0;
  plate.cornerRadius = 10;
  plate.background = colors.plate;
  // What is dragged here is not dragged in the scene.
  plate.isPointerBlocker = true;
  return plate;
}

export function createButton(name: string, text: string, width: number, action: () => void): Button {
  const button = Button.CreateSimpleButton(name, text);
  button.widthInPixels = width;
  button.heightInPixels = 30;
  button.color = colors.text;
  button.background = colors.button;
  button.cornerRadius = 7;
  button.thickness = 0;
  button.fontSize = 13;
  button.onPointerClickObservable.add(action);
  return button;
}

/** A line of text that keeps its width, whatever it says. */
export function createText(text: string, width: number, align = Control.HORIZONTAL_ALIGNMENT_LEFT): TextBlock {
  const block = new TextBlock(undefined, text);
  block.widthInPixels = width;
  block.color = colors.text;
  block.fontSize = 13;
  block.horizontalAlignment = align;
  block.textHorizontalAlignment = align;
  block.isHitTestVisible = false;
  return block;
}

/** A rectangle in one colour, placed from its parent's left edge. */
export function createBlock(name: string, width: number, height: number, color: string): Rectangle {
  const block = new Rectangle(name);
  block.widthInPixels = width;
  block.heightInPixels = height;
  block.thickness = 0;
  block.background = color;
  block.isHitTestVisible = false;
  block.horizontalAlignment = Control.HORIZONTAL_ALIGNMENT_LEFT;
  return block;
}
