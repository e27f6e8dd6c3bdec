import { Logger } from '@babylonjs/core/Misc/logger.js';

const told = new WeakMap<object, Set<string>>();
/** What is told of no object in particular. */
const nobody = {};
/** Of one object, so that a page that gets names out of a stream does not fill its memory. */
const most = 200;

/**
 * Warns in Babylon's log, once for each object and fact: of input that cannot be refused because it comes with every frame
 * or through a property.
 * @param about a mesh, say; null: the whole page
 * @param fact what is told once
 * @param message made only when it is told; default: the fact itself
 */
export function tellOnce(about: object | null, fact: string, message: () => string = () => fact): void {
  const owner = about ?? nobody;
  const facts = told.get(owner) ?? new Set();
  told.set(owner, facts);
  if (facts.has(fact) || facts.size >= most) return;
  facts.add(fact);
  Logger.Warn(message());
}
