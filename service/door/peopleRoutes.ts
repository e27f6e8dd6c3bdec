import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { erase } from '../people/erase.js';
import { fileNames, PersonFiles } from '../people/personFiles.js';
import { jobDataOf } from '../people/record.js';
import type { Account } from './accounts.js';
import { admit } from './admit.js';
import { notFound, Refusal, unauthorized } from './answers.js';
import { sendEvents } from './events.js';
import type { DoorParts } from './parts.js';
import { fileAnswer, personParams, routeSchema, uploadForm } from './schemas.js';
import { personView, standingOf, type Person } from './view.js';

/** How long a deletion waits for a worker that has the person's job, milliseconds. */
const patience = 5000;
/** Who finds all uploads taken comes again after so long, seconds. */
const uploadRetry = 10;

interface PersonRoute {
  readonly Params: { readonly id: string };
}

/** The account of a request that the door let in. @throws Refusal 401 */
export function accountOf(parts: DoorParts, request: FastifyRequest): Account {
  const account = parts.accounts.find(request.headers.authorization);
  if (!account) throw unauthorized();
  return account;
}

/** A person of the request's own tenant; those of others are answered like none. */
async function ownPerson(parts: DoorParts, request: FastifyRequest<PersonRoute>): Promise<Person> {
  const { tenant } = accountOf(parts, request);
  const files = new PersonFiles(parts.store, request.params.id);
  const record = await files.record();
  if (record?.tenant !== tenant) throw notFound();
  return { files, record };
}

/** Everything below /people. */
export function peopleRoutes(app: FastifyInstance, parts: DoorParts): void {
  const { queue, store, watching, metrics } = parts;
  let uploads = 0;

  app.post(
    '/people',
    {
      schema: routeSchema('Photos of one person become a head', { 201: { $ref: 'Person#' } }, uploadForm),
      // Before a byte of the photos is read.
      onRequest: async (request, reply) => {
        accountOf(parts, request);
        if (uploads >= parts.uploads) {
          throw new Refusal(503, 'service/busy', 'All uploads are taken. Wait a moment.', uploadRetry);
        }
        metrics.uploads.set(++uploads);
        reply.raw.once('close', () => metrics.uploads.set(--uploads));
      },
    },
    async (request, reply) => {
      const view = await personView(queue, await admit(parts, accountOf(parts, request), request));
      return reply.code(201).header('location', `/people/${view.id}`).send(view);
    },
  );

  app.get<PersonRoute>(
    '/people/:id',
    { schema: routeSchema('Where a person stands', { 200: { $ref: 'Person#' } }, { params: personParams }) },
    async (request) => {
      return personView(queue, await ownPerson(parts, request));
    },
  );

  app.get<PersonRoute>(
    '/people/:id/events',
    {
      schema: routeSchema(
        'The same as server-sent events, until the person is done, set aside or deleted',
        { 200: fileAnswer('text/event-stream', 'Events "standing" and "deleted".') },
        { params: personParams },
      ),
    },
    async (request, reply) => {
      const { files } = await ownPerson(parts, request);
      await sendEvents(reply, watching, files.person, async () =>
        (await files.record()) ? standingOf(queue, files) : null,
      );
    },
  );

  app.post<PersonRoute>(
    '/people/:id/retry',
    { schema: routeSchema('Tries again what was set aside', { 200: { $ref: 'Person#' } }, { params: personParams }) },
    async (request) => {
      const person = await ownPerson(parts, request);
      await retry(parts, person);
      return personView(queue, person);
    },
  );

  app.delete<PersonRoute>(
    '/people/:id',
    {
      schema: routeSchema(
        'Removes everything of a person',
        {
          202: { description: 'Removed; a worker still has to let go of a job, and keeps nothing.', type: 'null' },
          204: { description: 'Removed.', type: 'null' },
        },
        { params: personParams },
      ),
    },
    async (request, reply) => {
      const { files, record } = await ownPerson(parts, request);
      const isGone = await erase(queue, store, { person: files.person, tenant: record.tenant }, patience);
      return reply.code(isGone ? 204 : 202).send();
    },
  );

  const file = (path: string, name: string, type: string, summary: string): void => {
    app.get<PersonRoute>(
      `/people/:id/${path}`,
      { schema: routeSchema(summary, { 200: fileAnswer(type, summary) }, { params: personParams }) },
      async (request, reply) => sendFile(await ownPerson(parts, request), name, reply),
    );
  };
  file('head', fileNames.head, 'application/octet-stream', 'The head, a .head file');
  file('mesh', fileNames.mesh, 'application/octet-stream', 'The head as a mesh, see docs/head.md');
  file('preview', fileNames.preview, 'image/png', 'The head from the front, as far as it is learned');
}

async function sendFile({ files }: Person, name: string, reply: FastifyReply): Promise<FastifyReply> {
  const opened = await files.open(name);
  if (!opened) throw new Refusal(404, 'service/not-yet', 'There is none yet: GET /people/:id says why.');
  return reply
    .type(opened.type)
    .header('content-length', opened.size)
    .header('cache-control', 'private, no-store')
    .header('x-content-type-options', 'nosniff')
    .header('content-disposition', `attachment; filename="${name}"`)
    .send(opened.body);
}

/** What was set aside is tried again; what a queue lost is begun again, and finds in the store how far it was. */
async function retry({ queue }: DoorParts, { files, record }: Person): Promise<void> {
  const { state } = await standingOf(queue, files);
  if (state === 'lost') {
    await queue.add('prepare', jobDataOf(files.person, record), null);
    return;
  }
  if (state !== 'set-aside') {
    throw new Refusal(409, 'service/state', `Only what was set aside can be tried again: this person is ${state}.`);
  }
  for (const job of await queue.jobsOf(files.person)) {
    if (!(await job.isFailed())) continue;
    // Not counted on from where it was set aside.
    await job.updateData(jobDataOf(files.person, record));
    await job.retry('failed', { resetAttemptsMade: true });
  }
}
