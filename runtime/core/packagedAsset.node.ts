import { existsSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expectGiven } from './given.js';

/**
 * A file of this package's folder assets/, wherever the package is installed.
 * @returns relative to the working directory where it lies below that, for messages; else absolute
 */
export function packagedAsset(name: string): string {
  expectGiven('packagedAsset', 'path', name);
  // This module lies one folder deeper once it is compiled.
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json')) && dirname(folder) !== folder) folder = dirname(folder);
  const path = join(folder, 'assets', name);
  const short = relative('', path);
  return short.startsWith('..') ? path : short;
}
