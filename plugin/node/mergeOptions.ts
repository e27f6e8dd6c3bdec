import type { HeadLoadingOptions } from '../loading/loadingOptions.js';
import { registry } from '../registry.js';

/** What is said last counts; before all of it, the defaults that were registered. */
export function mergeOptions(...options: readonly (Partial<HeadLoadingOptions> | undefined)[]): HeadLoadingOptions {
  const said = [registry().defaults, ...options].flatMap((each) => Object.entries<unknown>(each ?? {}));
  return Object.fromEntries(said.filter(([, value]) => value !== undefined));
}
