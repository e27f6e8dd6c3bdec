import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { AssetError, ofFile } from '../core/errors.js';
import type { Generator } from '../generator/generator.js';
import type { Directions } from '../latent/directions.js';
import { parseDirections } from '../latent/directionsJson.js';
import type { Proxy } from '../proxy/proxy.js';
import { readProxy } from '../proxy/proxyFile.js';
import type { Base } from './base.js';
import { fileSource } from './fileSource.node.js';

/** The directions file beside a base: base.safetensors -> base.directions.json. */
export const directionsPathOf = (basePath: string): string => basePath.replace(/\.[^./\\]+$/, '') + '.directions.json';

/** Directions of a base as far as there are any beside it. @throws AssetError where they are another base's */
export async function directionsBeside(basePath: string, generator: Generator): Promise<Directions | undefined> {
  const path = directionsPathOf(basePath);
  return existsSync(path) ? loadDirections(path, generator) : undefined;
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

/** The proxy file beside a base: base.safetensors -> base.proxy.safetensors; undefined where there is none. */
export async function proxyBeside(basePath: string, base: Base): Promise<Proxy | undefined> {
  const path = basePath.replace(/\.[^./\\]+$/, '') + '.proxy.safetensors';
  if (!existsSync(path)) return undefined;
  const source = await fileSource(path);
  try {
    return await ofFile(path, () => readProxy(source, base));
  } finally {
    await source.close();
  }
}
