import cors from '@fastify/cors';
import multipart from '@fastify/multipart';
import rateLimit from '@fastify/rate-limit';
import swagger from '@fastify/swagger';
import fastify, {
  LogController,
  type FastifyBaseLogger,
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
} from 'fastify';
import type { Socket } from 'node:net';
import type { Writable } from 'node:stream';
import { queuePrefix } from '../queue/peopleQueue.js';
import { Refusal } from './answers.js';
import { operatorRoutes } from './operatorRoutes.js';
import type { DoorParts } from './parts.js';
import { peopleRoutes } from './peopleRoutes.js';
import { errorSchema, personSchema } from './schemas.js';

export interface DoorOptions {
  /** Pages of these origins may ask. */
  readonly origins: readonly string[];
  /** Requests a minute of a tenant, or of an address without a token. */
  readonly rate: number;
  /** Gets the log, a JSON object a line. */
  readonly log: Writable;
  /** Behind a proxy that names the sender's address. */
  readonly trustProxy: boolean;
}

/** Longest time of one request, milliseconds: an upload of 600 MiB at 10 Mbit/s. */
const longestRequest = 600_000;

/** The HTTP service over queue and store. */
export async function openDoor(parts: DoorParts, options: DoorOptions): Promise<FastifyInstance> {
  const { accounts, metrics, queue } = parts;
  const app: FastifyInstance = fastify({
    // One line of our own a request, without its address, which names a person, and without its headers.
    logger: { level: 'info', stream: options.log, base: null },
    logController: new LogController({ disableRequestLogging: true }),
    trustProxy: options.trustProxy,
    requestTimeout: longestRequest,
    bodyLimit: 64 * 1024,
    routerOptions: { maxParamLength: 64 },
    ajv: { customOptions: { allErrors: false } },
    clientErrorHandler: answerDamaged,
    frameworkErrors: (error, _, reply) => void answerError(error, reply, app.log),
  });
  app.setErrorHandler((error: FastifyError, _, reply) => answerError(error, reply, app.log));
  app.setNotFoundHandler((_, reply) =>
    answerError(
      new Refusal(404, 'service/route', 'There is nothing at this address: see /openapi.json.'),
      reply,
      app.log,
    ),
  );
  app.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'unknown';
    const { method } = request;
    const { statusCode: status, elapsedTime } = reply;
    metrics.request(method, route, status, elapsedTime / 1000);
    const tenant = accounts.find(request.headers.authorization)?.tenant ?? null;
    app.log.info({ method, route, status, ms: Math.round(elapsedTime), tenant }, 'request');
  });
  await app.register(cors, {
    origin: [...options.origins],
    exposedHeaders: ['location', 'retry-after'],
    methods: ['GET', 'POST', 'DELETE'],
  });
  await app.register(rateLimit, {
    max: options.rate,
    timeWindow: 60_000,
    redis: queue.redis,
    nameSpace: `${queuePrefix}:rate:`,
    keyGenerator: (request) => {
      const account = accounts.find(request.headers.authorization);
      return account ? `tenant:${account.tenant}` : `address:${request.ip}`;
    },
    errorResponseBuilder: (_, { ttl }) =>
      new Refusal(429, 'service/rate', 'Too many requests in this minute. Wait.', Math.ceil(ttl / 1000)),
  });
  // A photo that is too large is refused by a message of its own.
  await app.register(multipart, { throwFileSizeLimit: false });
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'Personalized Head', description: 'Photos of a person become a head.', version: '1' },
      components: { securitySchemes: { token: { type: 'http', scheme: 'bearer' } } },
    },
    refResolver: { buildLocalReference: (json, _, __, i) => (typeof json.$id === 'string' ? json.$id : `schema${i}`) },
  });
  app.addSchema(errorSchema);
  app.addSchema(personSchema);
  peopleRoutes(app, parts);
  operatorRoutes(app, parts);
  app.get('/openapi.json', { schema: { hide: true } }, () => app.swagger());
  return app;
}

function answerError(error: FastifyError | Refusal, reply: FastifyReply, log: FastifyBaseLogger): FastifyReply {
  const refusal = asRefusal(error);
  // The message of an unknown error may quote what came in: its kind and where it arose are enough to find it.
  if (refusal.status >= 500) log.error({ kind: error.name, code: error.code, at: placeOf(error) }, refusal.code);
  if (refusal.retryAfter !== undefined) reply.header('retry-after', refusal.retryAfter);
  if (refusal.status === 401) reply.header('www-authenticate', 'Bearer');
  return reply.code(refusal.status).send({ code: refusal.code, message: refusal.message });
}

/** What is no HTTP gets an answer like all others, as far as somebody is there to read it. */
function answerDamaged({ code }: NodeJS.ErrnoException, socket: Socket): void {
  if (!socket.writable || code === 'ECONNRESET') {
    socket.destroy();
    return;
  }
  const [status, text] =
    code === 'HPE_HEADER_OVERFLOW'
      ? [431, 'Request Header Fields Too Large']
      : code === 'ERR_HTTP_REQUEST_TIMEOUT'
        ? [408, 'Request Timeout']
        : [400, 'Bad Request'];
  const body = JSON.stringify({ code: 'service/http', message: `This is no request that can be served: ${text}.` });
  const head = ['content-type: application/json', `content-length: ${Buffer.byteLength(body)}`, 'connection: close'];
  socket.end(`HTTP/1.1 ${status} ${text}\r\n${head.join('\r\n')}\r\n\r\n${body}`);
}

/** The first line of the stack that is no message. */
const placeOf = ({ stack }: Error): string | undefined => /^\s+at .*?([^/\\]+:\d+:\d+)\)?$/m.exec(stack ?? '')?.[1];

function asRefusal(error: FastifyError | Refusal): Refusal {
  if (error instanceof Refusal) return error;
  if (error.name === 'MaxRetriesPerRequestError') {
    return new Refusal(503, 'service/queue', 'The queue cannot be reached. Wait a moment.', 5);
  }
  if (error.validation)
    return new Refusal(400, 'service/request', 'The address of this request is no address of a person.');
  const status = error.statusCode ?? 500;
  if (status >= 400 && status < 500) {
    return new Refusal(
      status,
      'service/request',
      'The request is damaged, too large, or of a kind that is not served.',
    );
  }
  return new Refusal(500, 'service/internal', 'The service failed at this request. Try again, or tell its operator.');
}
