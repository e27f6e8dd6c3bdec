import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { descriptorFileNames, type DescriptorFiles } from './descriptorFiles.js';

const require = createRequire(import.meta.url);

/** From the package @vladmandic/face-api; null where it is not installed. */
export async function installedDescriptor(): Promise<DescriptorFiles | null> {
  let folder: string;
  try {
    folder = join(dirname(require.resolve('@vladmandic/face-api/package.json')), 'model');
  } catch {
    return null;
  }
  return {
    manifest: await readFile(join(folder, descriptorFileNames.manifest), 'utf8'),
    weights: await readFile(join(folder, descriptorFileNames.weights)),
  };
}
