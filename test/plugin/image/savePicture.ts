import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { encode } from 'fast-png';

const folder = fileURLToPath(new URL('../../../artifacts/', import.meta.url));

/** Keeps a picture of a test to look at: [H, W, 4], every pixel as a block. */
export function savePicture(name: string, data: Uint8Array, width: number, block = 6): void {
  const height = data.length / 4 / width;
  const large = new Uint8Array(width * height * block * block * 3);
  for (let i = 0; i < large.length; i++) {
    const c = i % 3;
    const x = Math.floor(i / 3) % (width * block);
    const y = Math.floor(i / 3 / (width * block));
    large[i] = data[4 * (Math.floor(y / block) * width + Math.floor(x / block)) + c]!;
  }
  mkdirSync(folder, { recursive: true });
  const png = encode({ width: width * block, height: height * block, data: large, channels: 3 });
  writeFileSync(`${folder}${name.replaceAll(' ', '-')}.png`, png);
}
