import { Logger } from '@babylonjs/core/Misc/logger.js';

const told = new WeakMap<object, Set<string>>();
/** What is told of no object in particular. */
const nobody = {};
/** Of one object, so that a page that gets names out of a stream does not fill its memory. */
const most = 200;

/**
 * Warns in Babylon's log, once for each object and message: of input that cannot be refused because it comes with every
 * frame or through a property.
 * @param about a mesh, say; null: the whole page
 */
export function tellOnce(about: object | null, message: string): void {
  const owner = about ?? nobody;
  const messages = told.get(owner) ?? new Set();
  told.set(owner, messages);
  if (messages.has(message) || messages.size >= most) return;
  messages.add(message);
  Logger.Warn(message);
}
