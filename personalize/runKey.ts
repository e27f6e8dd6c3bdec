import type { Base } from '../runtime/checkpoint/base/base.js';
import type { Photo } from './photos/photo.js';

/** A hash of everything that decides what a run learns, so that a state is never continued with something else. */
export async function runKey(base: Base, photos: readonly Photo[], settings: unknown): Promise<string> {
  const parts: Uint8Array<ArrayBuffer>[] = [new TextEncoder().encode(JSON.stringify([base.hash, settings]))];
  for (const { name, camera, image, mask } of photos) {
    parts.push(new TextEncoder().encode(JSON.stringify([name, camera, image.dims, mask?.dims ?? null])));
    for (const { data } of mask ? [image, mask] : [image]) parts.push(new Uint8Array(data.slice().buffer));
  }
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', all));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
