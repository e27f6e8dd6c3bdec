import { encode } from 'fast-png';
import { encodePerson, type PersonFile } from '../../../runtime/checkpoint/person/person.js';
import { encodeProxy } from '../../../runtime/proxy/proxyFile.js';
import type { HeadProxy } from '../../../runtime/proxy/proxy.js';

export const baseHash = 'a'.repeat(64);
const otherHash = 'b'.repeat(64);

/** An octahedron whose +z corner is the nose; the jaw opens downwards. */
export function tinyProxy(hash = baseHash, size = 0.2): HeadProxy {
  const corners = [1, 0, 0, -1, 0, 0, 0, 1, 0, 0, -1, 0, 0, 0, 1, 0, 0, -1];
  const morph = (corner: number, axis: number, by: number): Float32Array => {
    const moved = new Float32Array(18);
    moved[corner * 3 + axis] = by;
    return moved;
  };
  return {
    baseHash: hash,
    positions: Float32Array.from(corners, (value) => value * size),
    normals: Float32Array.from(corners),
    uvs: new Float32Array(12).fill(0.5),
    indices: Uint32Array.of(0, 2, 4, 2, 1, 4, 1, 3, 4, 3, 0, 4, 2, 0, 5, 1, 2, 5, 3, 1, 5, 0, 3, 5),
    texture: new Uint8Array(
      encode({ width: 1, height: 1, channels: 3, data: new Uint8Array([size * 1000, 150, 120]) }),
    ),
    morphs: new Map([
      ['jawOpen', morph(3, 1, -0.1)],
      ['mouthSmileLeft', morph(0, 1, 0.05)],
    ]),
  };
}

const wDim = 4;

export function tinyPerson(hash = baseHash, proxy?: string): PersonFile {
  const anchors = Float32Array.of(1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0);
  return {
    baseHash: hash,
    convention: 'standard',
    alpha: 1,
    tensors: new Map([
      ['anchors', { dims: [3, 1, wDim], data: anchors }],
      ['neutral', { dims: [wDim], data: Float32Array.of(0, 0, 0, 1) }],
    ]),
    metadata: new Map(proxy === undefined ? [] : [['proxy', proxy]]),
  };
}

/** What the test's server has, by address. */
export const served = new Map<string, Uint8Array<ArrayBuffer>>([
  ['heads/base.proxy.safetensors', encodeProxy(tinyProxy())],
  ['heads/alice.head', encodePerson(tinyPerson())],
  ['heads/bob.head', encodePerson(tinyPerson(baseHash, 'own/bob.proxy.safetensors'))],
  ['heads/own/bob.proxy.safetensors', encodeProxy(tinyProxy(baseHash, 0.25))],
  ['heads/carol.head', encodePerson(tinyPerson(baseHash, 'carol.proxy.safetensors'))],
  ['heads/dan.head', encodePerson(tinyPerson(baseHash, 'dan.proxy.safetensors'))],
  ['heads/dan.proxy.safetensors', encodeProxy(tinyProxy(otherHash, 0.25))],
  ['heads/stranger.head', encodePerson(tinyPerson(otherHash))],
  ['heads/broken.head', new TextEncoder().encode('not found')],
  ['heads/cut.head', encodePerson(tinyPerson()).slice(0, -10)],
  // What a server of a single-page app answers for a file that it does not have.
  ['app/missing.head', new TextEncoder().encode('\n<!DOCTYPE html>\n<html lang="en"></html>')],
  ['app/alice.head', encodePerson(tinyPerson())],
  ['app/base.proxy.safetensors', new TextEncoder().encode('<!doctype html><html></html>')],
]);

export let fetches: string[] = [];

/** Puts the test's server into the place of `fetch`. */
export function serve(): void {
  fetches = [];
  globalThis.fetch = (input) => {
    const url = input as string;
    fetches.push(url);
    if (url.startsWith('file:')) return Promise.reject(new TypeError('fetch failed'));
    const bytes = served.get(url);
    return Promise.resolve(bytes ? new Response(bytes) : new Response('', { status: 404 }));
  };
}
