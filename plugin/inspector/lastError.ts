import type { PersonalizedHead } from '../node/personalizedHead.js';

const errors = new WeakMap<PersonalizedHead, { last: Error | null }>();

/** The newest failure of a head that no call waited for; null: none. */
export function lastErrorOf(head: PersonalizedHead): Error | null {
  let known = errors.get(head);
  if (!known) {
    const found: { last: Error | null } = { last: null };
    errors.set(head, (known = found));
    // Tells at once what had failed before.
    head.onErrorObservable.add((error) => (found.last = error));
  }
  return known.last;
}
