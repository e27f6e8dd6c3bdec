import { hashKey } from '../../runtime/core/hash.js';
import type { HeadProxy } from '../../runtime/proxy/proxy.js';

const keys = new WeakMap<HeadProxy, string>();

/** So many numbers tell one proxy from another. */
const samples = 200;

function few(values: ArrayLike<number>): number[] {
  return Array.from({ length: samples }, (_, i) => values[Math.floor((i * values.length) / samples)] ?? 0);
}

/** Names a proxy by its content: a base has one, and people may have their own. The same in every session. */
export function proxyKey(proxy: HeadProxy): string {
  let key = keys.get(proxy);
  if (key === undefined) {
    const { baseHash, positions, texture } = proxy;
    const content = [positions.length, texture.length, ...few(positions), ...few(texture)].join();
    key = `${baseHash.slice(0, 12)}.${hashKey(content).toString(16)}`;
    keys.set(proxy, key);
  }
  return key;
}
