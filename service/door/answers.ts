/** A request that is answered with an error: what programs read, and one sentence for people. */
export class Refusal extends Error {
  /** @param retryAfter seconds after which it may be otherwise */
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly retryAfter?: number,
  ) {
    super(message);
  }
}

export const notFound = (): Refusal =>
  new Refusal(
    404,
    'service/not-found',
    'There is no such person of yours. They may have been deleted, or kept long enough.',
  );

export const unauthorized = (): Refusal =>
  new Refusal(401, 'service/token', 'Expected "Authorization: Bearer <token>" with a known token.');
