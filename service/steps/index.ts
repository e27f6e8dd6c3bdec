import type { Steps } from '../worker/step.js';
import { learnStep, type LearnOptions } from './learn.js';
import type { Machine } from './machine.js';
import { meshStep } from './mesh.js';
import { prepareStep } from './prepare.js';
import { previewStep } from './preview.js';

/** All steps as this machine does them. */
export const machineSteps = (machine: Machine, options: LearnOptions): Steps => ({
  prepare: prepareStep(machine),
  learn: learnStep(machine, options),
  preview: previewStep(machine),
  mesh: meshStep(machine),
});
