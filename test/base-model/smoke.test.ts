import { describe, expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileSource } from '../../runtime/checkpoint/fileSource.node.js';
import { readBase } from '../../runtime/checkpoint/index.js';
import { parseDirections } from '../../runtime/latent/directionsJson.js';

interface LogLine {
  readonly step: number;
  readonly loss?: number;
}

interface FitProof {
  readonly bases: { readonly base: { readonly heads: number; readonly fitted: number; readonly sigma: Record<string, number> } };
}

/** A Python that has what the factory needs, or undefined. */
function findPython(): string | undefined {
  const candidates = [process.env.PYTHON, 'python3', '/usr/bin/python3'].filter((name) => name !== undefined);
  return candidates.find((name) => spawnSync(name, ['-c', 'import torch, numpy, PIL']).status === 0);
}

const python = findPython();
const smoke = python === undefined ? test.skip : test;

function factory(script: string, ...args: string[]): string {
  const { status, stdout, stderr } = spawnSync(python!, [resolve('base-model', script), ...args], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${script} ended with ${status}:\n${stdout}\n${stderr}`);
  return stdout;
}

describe('the base-model factory', () => {
  smoke(
    '60 steps of a tiny network lower the loss, and the export is a base (needs Python with torch)',
    async () => {
      const folder = await mkdtemp(join(tmpdir(), 'base-model-'));
      try {
        factory('train.py', '--smoke', '--out', folder);
        const lines = (await readFile(join(folder, 'log.jsonl'), 'utf8')).trim().split('\n');
        const losses = lines.map((line) => (JSON.parse(line) as LogLine).loss).filter((loss) => loss !== undefined);
        expect(losses.length).toBe(30);
        expect(losses.at(-1)!).toBeLessThan(0.7 * losses[0]!);
        expect((await stat(join(folder, 'curves.png'))).size).toBeGreaterThan(1000);

        const source = await fileSource(join(folder, 'mini.safetensors'));
        const base = await readBase(source);
        await source.close();
        expect(base.config.planeAxes).toHaveLength(3);
        expect(base.config.superresolution).toBeNull();

        // The factory computes the base's hash itself; it must be the one the runtime computes.
        const json: unknown = JSON.parse(await readFile(join(folder, 'base.directions.json'), 'utf8'));
        const wDim = base.tensors.get('backbone.mapping.w_avg')!.dims[0]!;
        const { byName } = parseDirections(json, { hash: base.hash, wDim });
        expect([...byName.values()].filter(({ kind }) => kind === 'expression').length).toBeGreaterThanOrEqual(40);
        for (const name of ['jawOpen', 'eyeBlinkLeft', 'eyeLookOutRight', 'age', 'hair.tied', 'hairLength', 'glasses']) {
          expect(byName.has(name)).toBe(true);
        }

        const pack = resolve('base-model/fixtures/tiny-head.npz');
        const sizes = ['--heads', '1', '--views', '3', '--size', '32', '--steps', '12', '--rays', '64', '--threads', '1'];
        factory('fitproof.py', folder, '-o', join(folder, 'fit'), '--pack', pack, ...sizes);
        const { bases } = JSON.parse(await readFile(join(folder, 'fit', 'fit.json'), 'utf8')) as FitProof;
        expect(bases.base.heads).toBe(1);
        expect(bases.base.fitted).toBeGreaterThan(5); // a grey bust against grey scores about 10 dB, an empty picture less than 5
        expect(Object.keys(bases.base.sigma)).toContain('philtrum');
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    },
    600_000,
  );

  smoke(
    'the CPU kernels agree with torch operators on odd sizes (needs Python with torch, and gcc)',
    () => {
      const lines = factory('check.py').trim().split('\n');
      expect(lines.length).toBeGreaterThan(30);
      for (const line of lines) expect(line).toMatch(/^ok /);
    },
    300_000,
  );

  smoke(
    'a portrait is the same picture twice (needs Python with torch)',
    async () => {
      const folder = await mkdtemp(join(tmpdir(), 'base-model-'));
      try {
        const pictures = await Promise.all(
          ['first.png', 'second.png'].map((name) => {
            const path = join(folder, name);
            const pack = resolve('base-model/fixtures/tiny-head.npz');
            factory('sheet.py', '--pack', pack, '--count', '2', '--size', '32', '--columns', '2', '-o', path);
            return readFile(path);
          }),
        );
        expect(pictures[0]!.equals(pictures[1]!)).toBe(true);
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    },
    300_000,
  );

  smoke(
    'hair, beards, glasses, wrinkles and shapes from depth are what they are said to be',
    () => {
      factory('test_looks.py');
    },
    300_000,
  );
});
