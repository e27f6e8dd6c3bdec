import { Argument, Option } from 'commander';
import { existsSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * A file of this package's assets, wherever the package is installed: this module lies one folder deeper once built.
 * @returns relative to the working directory where that is shorter, for messages
 */
export function packagedAsset(name: string): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json')) && dirname(folder) !== folder) folder = dirname(folder);
  const path = join(folder, 'assets', name);
  const short = relative('', path);
  return short.startsWith('..') ? path : short;
}

/** The base that comes with the package. */
export const embeddedBase: string = packagedAsset('base.safetensors');

const embedded = 'the embedded base';

/** `--base`, for commands whose argument is something else. */
export const baseOption = (): Option =>
  new Option('--base <file>', 'base file (.safetensors)').default(embeddedBase, embedded);

/** A first argument that may be left out. */
export const baseArgument = (description = 'base file (.safetensors)'): Argument =>
  new Argument('[base]', description).default(embeddedBase, embedded);
