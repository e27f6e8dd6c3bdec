import { fileURLToPath } from 'node:url';
import { fileSource } from '../../runtime/checkpoint/fileSource.node.js';
import { readBase, type Base } from '../../runtime/checkpoint/index.js';

let reading: Promise<Base> | null = null;

async function read(): Promise<Base> {
  const source = await fileSource(fileURLToPath(new URL('../goldens/tiny-network.pkl', import.meta.url)));
  try {
    return await readBase(source);
  } finally {
    await source.close();
  }
}

/** The golden network, read from its pickle as a user's would be. */
export function tinyBase(): Promise<Base> {
  reading ??= read();
  return reading;
}
