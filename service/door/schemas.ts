import { stepNames } from '../queue/jobs.js';
import { idPattern } from '../store/keys.js';

const text = { type: 'string' } as const;
const nullable = (schema: object): object => ({ anyOf: [schema, { type: 'null' }] });
const object = (properties: Readonly<Record<string, object>>): object => ({
  type: 'object',
  properties,
  required: Object.keys(properties),
});

/** Every error: `code` for programs, `message` for people. */
export const errorSchema = { $id: 'Error', title: 'Error', ...object({ code: text, message: text }) };

const standing = {
  state: { type: 'string', enum: ['waiting', 'working', 'done', 'set-aside', 'lost'] },
  step: nullable({ type: 'string', enum: stepNames }),
  progress: nullable(object({ fraction: { type: 'number' }, text, eta: nullable({ type: 'number' }) })),
  failure: nullable(object({ code: text, message: text })),
};

export const personSchema = {
  $id: 'Person',
  title: 'Person',
  ...object({
    id: text,
    created: { type: 'string', format: 'date-time' },
    ...standing,
    photos: {
      type: 'array',
      items: object({
        kept: nullable({ type: 'boolean' }),
        reasons: { type: 'array', items: object({ code: text, message: text, severity: text }) },
      }),
    },
    warnings: { type: 'array', items: text },
    preview: { type: 'boolean' },
    head: { type: 'boolean' },
    mesh: { type: 'boolean' },
  }),
};

const refusals = Object.fromEntries(
  [400, 401, 404, 409, 413, 415, 422, 429, 500, 503].map((status) => [status, { $ref: 'Error#' }]),
);

/** The part of every route that has a person's id in it. */
export const personParams = object({ id: { type: 'string', pattern: idPattern.source } });

/** @param answers schemas by status */
export const routeSchema = (summary: string, answers: Readonly<Record<number, object>>, more: object = {}): object => ({
  summary,
  security: [{ token: [] }],
  response: { ...refusals, ...answers },
  ...more,
});

/** A file of one type, streamed. */
export const fileAnswer = (type: string, description: string): object => ({
  description,
  content: { [type]: { schema: { type: 'string', format: 'binary' } } },
});

/** What `POST /people` takes; for the OpenAPI document, since the form is read as it comes in. */
export const uploadForm = {
  consumes: ['multipart/form-data'],
  description:
    'Form fields: photos (files, JPEG, PNG, WebP, AVIF or HEIC, about 50), effort (draft or good), mesh (true or false), ' +
    'patient (true: may wait for others), seed.',
};
