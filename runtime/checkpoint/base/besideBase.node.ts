import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { AssetError } from '../../core/errors.js';
import type { Directions } from '../../latent/directions.js';
import { parseDirections } from '../../latent/directionsJson.js';
import { networkLayout } from '../../network/layout.js';
import type { HeadProxy } from '../../proxy/proxy.js';
import { readProxy } from '../../proxy/proxyFile.js';
import type { Base } from './base.js';
import { readFrom } from '../fileSource.node.js';

const beside = (basePath: string, ending: string): string => basePath.replace(/\.[^./\\]+$/, '') + ending;

/** The directions file beside a base: base.safetensors -> base.directions.json. */
export const directionsPathOf = (basePath: string): string => beside(basePath, '.directions.json');

/** Directions of a base as far as there are any beside it. @throws AssetError where they are another base's */
export async function directionsBeside(basePath: string, base: Base): Promise<Directions | undefined> {
  const path = directionsPathOf(basePath);
  return existsSync(path) ? loadDirections(path, base) : undefined;
}

/** @throws AssetError where there is no such file, or it is another base's */
export async function loadDirections(path: string, base: Base): Promise<Directions> {
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
  return parseDirections(json, { hash: base.hash, wDim: networkLayout(base).wDim });
}

/** The proxy file beside a base: base.safetensors -> base.proxy.safetensors; undefined where there is none. */
export async function proxyBeside(basePath: string, base: Base): Promise<HeadProxy | undefined> {
  const path = beside(basePath, '.proxy.safetensors');
  return existsSync(path) ? readFrom(path, (source) => readProxy(source, base)) : undefined;
}
