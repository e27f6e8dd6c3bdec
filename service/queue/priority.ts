/** Urgencies of requests, 0 first. */
export const urgencies = 10;

/** BullMQ's largest priority is 2^21; 1 comes first. */
const places = 200_000;

/**
 * Where a job stands among those that wait. A tenant's first person goes before every other tenant's second, so that who sends
 * a thousand at once does not hold up who sends one. What was begun is finished before anything new is.
 * @param rank the tenant's people under way when this one came, itself included, from 1; null: a further step of a person
 */
export const priorityOf = (urgency: number, rank: number | null): number =>
  urgency * places + (rank === null ? 1 : Math.min(rank + 1, places));
