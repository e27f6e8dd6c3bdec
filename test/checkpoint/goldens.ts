import { readFileSync } from 'node:fs';
import { join } from 'node:path';

// Jest's root is the repository's.
const folder = join(process.cwd(), 'test', 'goldens');

export function goldenPath(name: string): string {
  return join(folder, name);
}

export function golden(name: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(readFileSync(goldenPath(name)));
}

export function goldenJson(name: string): unknown {
  return JSON.parse(readFileSync(goldenPath(name), 'utf8'));
}
