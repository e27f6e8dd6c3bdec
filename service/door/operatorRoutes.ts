import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Refusal } from './answers.js';
import type { DoorParts } from './parts.js';
import { accountOf } from './peopleRoutes.js';
import { routeSchema } from './schemas.js';

/** At most so many are listed. */
const shown = 100;

/** Health for whoever keeps the door running; metrics and what was set aside for tokens of operators. */
export function operatorRoutes(app: FastifyInstance, parts: DoorParts): void {
  const { queue, store, metrics } = parts;
  const requireOperator = (request: FastifyRequest): void => {
    if (accountOf(parts, request).isOperator) return;
    throw new Refusal(403, 'service/operator', 'Only tokens of operators may do this.');
  };

  app.get(
    '/health',
    {
      config: { rateLimit: false },
      schema: { summary: 'Whether queue and store can be reached', response: { 503: { $ref: 'Error#' } } },
    },
    async (_, reply) => {
      try {
        await queue.redis.ping();
        await store.check();
      } catch {
        throw new Refusal(503, 'service/unhealthy', 'Queue or store cannot be reached.', 5);
      }
      return reply.send({ status: 'ok' });
    },
  );

  app.get('/metrics', { schema: { summary: 'For Prometheus', security: [{ token: [] }] } }, async (request, reply) => {
    requireOperator(request);
    return reply.type(metrics.registry.contentType).send(await metrics.registry.metrics());
  });

  app.get(
    '/set-aside',
    { schema: routeSchema(`Jobs that were set aside, the last ${shown}, with their reasons`, {}) },
    async (request) => {
      requireOperator(request);
      const jobs = await queue.queue.getFailed(0, shown - 1);
      return jobs.map(({ name, data, failedReason, finishedOn }) => ({
        ...{ person: data.person, tenant: data.tenant, step: name, reason: failedReason },
        at: finishedOn === undefined ? null : new Date(finishedOn).toISOString(),
      }));
    },
  );
}
