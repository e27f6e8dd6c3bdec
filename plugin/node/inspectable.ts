import type { IInspectable } from '@babylonjs/core/Misc/iInspectable.js';
import { InspectableType } from '@babylonjs/core/Misc/iInspectable.js';
import { expressionGroups } from '../vocabulary/expressionGroups.js';

const slider = (label: string, propertyName: string, min: number, max: number, step: number): IInspectable => ({
  label,
  propertyName,
  type: InspectableType.Slider,
  min,
  max,
  step,
});

/** Sliders in Babylon's Inspector; the 52 expressions are there as morph targets. */
export function inspectableProperties(bare: boolean): IInspectable[] {
  return [
    ...Object.keys(expressionGroups).map((group) => slider(group, group, 0, 1, 0.01)),
    ...(bare ? [slider('seed', 'seed', 0, 100, 1)] : []),
    slider('latentMix', 'latentMix', 0, 1, 0.01),
    slider('exposure', 'exposure', 0, 3, 0.01),
  ];
}
