import { readFile } from 'node:fs/promises';
import {
  type Amounts,
  AssetError,
  type Directions,
  type Generator,
  parseDirections,
} from 'babylon-personalized-head/runtime';
import { exists } from '../files.js';

/** Reads `smile=0.8,jawOpen=0.3`. */
export function parseAmounts(text: string): Amounts {
  return Object.fromEntries(
    text.split(',').map((part) => {
      const [name, value] = part.split('=').map((side) => side.trim()) as [string, string?];
      const amount = value === undefined || value === '' ? NaN : Number(value);
      if (name === '' || !Number.isFinite(amount)) {
        throw new AssetError('directions/amount', `--directions: expected name=amount, got "${part}".`);
      }
      return [name, amount];
    }),
  );
}

/** The directions file beside a base: base.safetensors -> base.directions.json. */
export const directionsPathOf = (basePath: string): string => basePath.replace(/\.[^./\\]+$/, '') + '.directions.json';

/** Directions of a base as far as there are any beside it. @throws AssetError where they are another base's */
export async function directionsBeside(basePath: string, generator: Generator): Promise<Directions | undefined> {
  const path = directionsPathOf(basePath);
  return (await exists(path)) ? loadDirections(path, generator) : undefined;
}

/** @throws AssetError where there is no such file, or it is another base's */
export async function loadDirections(path: string, generator: Generator): Promise<Directions> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    throw new AssetError(
      'directions/missing',
      `${path}: no directions beside this base. Name a file with --directions-file.`,
      {
        cause,
      },
    );
  }
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new AssetError('directions/json', `${path}: this is no JSON.`, { cause });
  }
  return parseDirections(json, { hash: generator.base.hash, wDim: generator.layout.wDim });
}
