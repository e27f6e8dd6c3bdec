import { AdvancedDynamicTexture } from '@babylonjs/gui/2D/advancedDynamicTexture.js';
import { Control } from '@babylonjs/gui/2D/controls/control.js';
import { Slider } from '@babylonjs/gui/2D/controls/sliders/slider.js';
import { StackPanel } from '@babylonjs/gui/2D/controls/stackPanel.js';
import { TextBlock } from '@babylonjs/gui/2D/controls/textBlock.js';
import type { Scene } from '@babylonjs/core/scene.js';
import { boxPlaces, expressionNames, type OrbitParameters } from './parameters.js';

interface Line {
  readonly label: string;
  readonly from: number;
  readonly to: number;
  readonly step: number;
  readonly value: number;
  readonly text?: (value: number) => string;
  readonly change: (value: number) => Partial<OrbitParameters>;
}

function linesFor(start: OrbitParameters): Line[] {
  const share = { from: 0, to: 1, step: 0.01 };
  const seeds = { from: 0, to: 99, step: 1 };
  const angles = { step: 0.01 };
  const amounts = { ...start.expressions };
  return [
    { label: 'seed', ...seeds, value: start.seed, change: (seed) => ({ seed }) },
    { label: 'second seed', ...seeds, value: start.seedB, change: (seedB) => ({ seedB }) },
    { label: 'mix', ...share, value: start.mix, change: (mix) => ({ mix }) },
    { label: 'yaw', ...angles, from: -1.2, to: 1.2, value: start.yaw, change: (yaw) => ({ yaw }) },
    { label: 'pitch', ...angles, from: -0.5, to: 0.5, value: start.pitch, change: (pitch) => ({ pitch }) },
    ...expressionNames.map((name): Line => ({
      label: name,
      ...share,
      value: amounts[name] ?? 0,
      change: (value) => {
        amounts[name] = value;
        return { expressions: { ...amounts } };
      },
    })),
    {
      label: 'box',
      from: 0,
      to: boxPlaces.length - 1,
      step: 1,
      value: boxPlaces.indexOf(start.box),
      text: (value) => boxPlaces[value]!,
      change: (value) => ({ box: boxPlaces[value]! }),
    },
  ];
}

function addLine(panel: StackPanel, line: Line, onChange: (change: Partial<OrbitParameters>) => void): void {
  const format = line.text ?? ((value: number) => (line.step === 1 ? String(value) : value.toFixed(2)));
  const label = new TextBlock(`${line.label} label`);
  label.height = '15px';
  label.color = 'white';
  label.fontSize = 12;
  label.textHorizontalAlignment = Control.HORIZONTAL_ALIGNMENT_LEFT;
  const write = (value: number): void => {
    label.text = `${line.label}: ${format(value)}`;
  };
  write(line.value);
  const slider = new Slider(line.label);
  slider.minimum = line.from;
  slider.maximum = line.to;
  slider.step = line.step;
  slider.value = line.value;
  slider.height = '16px';
  slider.color = '#4a8';
  slider.background = '#0006';
  slider.onValueChangedObservable.add((raw) => {
    const value = Math.round(raw / line.step) * line.step;
    write(value);
    onChange(line.change(value));
  });
  panel.addControl(label);
  panel.addControl(slider);
}

/** The sliders on the page's left. */
export function createControls(
  scene: Scene,
  start: OrbitParameters,
  onChange: (change: Partial<OrbitParameters>) => void,
): void {
  const texture = AdvancedDynamicTexture.CreateFullscreenUI('controls', true, scene);
  const panel = new StackPanel('sliders');
  panel.width = '150px';
  panel.left = '10px';
  panel.horizontalAlignment = Control.HORIZONTAL_ALIGNMENT_LEFT;
  panel.verticalAlignment = Control.VERTICAL_ALIGNMENT_TOP;
  texture.addControl(panel);
  for (const line of linesFor(start)) addLine(panel, line, onChange);
}
