import { encodeProxy, makeProxy } from 'babylon-personalized-head/command';
import { Generator, HeadError } from 'babylon-personalized-head/runtime';
import { fileNames } from '../people/personFiles.js';
import type { Step } from '../worker/step.js';
import type { Machine } from './machine.js';
import { finishedPerson } from './preview.js';

/** The finished head as a textured mesh with the base's expressions as morph targets, see docs/head.md. */
export const meshStep =
  (machine: Machine): Step =>
  async ({ files, signal, report }) => {
    const { directions, proxy, base } = machine;
    if (!directions) {
      throw new HeadError(
        'personalize/directions',
        'mesh: expected a base with its directions beside it, got one without. Ask for no mesh.',
      );
    }
    const person = await finishedPerson(machine, files);
    const generator = new Generator(base, await machine.processor());
    try {
      const made = await makeProxy(generator, directions, {
        ...{ person, signal },
        ...(proxy ? { common: proxy } : {}),
        onProgress: (fraction) => report({ fraction, text: 'making the mesh', eta: null }),
      });
      await files.put(fileNames.mesh, encodeProxy(made));
    } finally {
      await generator.dispose();
    }
  };
