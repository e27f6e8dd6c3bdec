import type { MultipartFile } from '@fastify/multipart';
import type { FastifyRequest } from 'fastify';
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { PersonOptions } from '../queue/jobs.js';
import { Refusal } from './answers.js';
import { spoolPhoto, type SpooledPhoto, type UploadLimits } from './spoolPhoto.js';

/** What a request for a person sent. */
export interface Received {
  readonly photos: readonly SpooledPhoto[];
  readonly options: PersonOptions;
  /** The person may wait for those of others. */
  readonly isPatient: boolean;
}

const largestField = 100;

/**
 * Reads a request's photos into a folder of this machine, one after the other, and hands them on; the folder is gone afterwards.
 * @param spool folder for such folders
 * @throws Refusal for a request that is no form, has another field, no photo, too many, or one that `spoolPhoto` refuses
 */
export async function receive<T>(
  request: FastifyRequest,
  spool: string,
  limits: UploadLimits,
  use: (received: Received) => Promise<T>,
): Promise<T> {
  if (!request.isMultipart()) {
    throw new Refusal(415, 'service/form', 'Expected multipart/form-data with photos, got something else.');
  }
  if (Number(request.headers['content-length'] ?? 0) > limits.totalBytes) throw tooMuch(limits);
  const folder = await mkdtemp(join(spool, 'upload-'));
  try {
    return await use(await readParts(request, folder, limits));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function readParts(request: FastifyRequest, folder: string, limits: UploadLimits): Promise<Received> {
  const photos: SpooledPhoto[] = [];
  const fields = new Map<string, string>();
  let total = 0;
  // Whoever has gone before anybody listens is never heard of again.
  if (request.raw.destroyed && !request.raw.readableEnded) throw damaged();
  const parts = request.parts({
    limits: { fileSize: limits.bytes + 1, files: limits.photos, fields: 8, fieldSize: largestField, headerPairs: 20 },
  });
  try {
    for await (const part of parts) {
      if (part.type === 'field') {
        fields.set(part.fieldname, String(part.value));
        continue;
      }
      photos.push(await readPhoto(part, photos.length, folder, limits));
      total += photos.at(-1)!.size;
      if (total > limits.totalBytes) throw tooMuch(limits);
    }
  } catch (error) {
    throw asRefusal(error, limits);
  }
  if (photos.length === 0) throw new Refusal(400, 'service/photos', 'Expected photos in the form, got none.');
  return { photos, ...optionsOf(fields) };
}

function readPhoto(part: MultipartFile, index: number, folder: string, limits: UploadLimits): Promise<SpooledPhoto> {
  if (part.fieldname !== 'photos') {
    part.file.resume();
    throw new Refusal(400, 'service/field', 'Expected photos in fields named "photos", got another file.');
  }
  return spoolPhoto(part.file, { index, type: part.mimetype, file: join(folder, String(index)) }, limits);
}

/** Errors of the form itself are the sender's; those of this machine's disk are not. */
function asRefusal(error: unknown, limits: UploadLimits): unknown {
  if (error instanceof Refusal || (error instanceof Error && 'syscall' in error)) return error;
  if ((error as { code?: unknown }).code === 'FST_FILES_LIMIT') {
    return new Refusal(413, 'service/count', `Expected at most ${limits.photos} photos, got more. Choose the best.`);
  }
  return damaged();
}

const damaged = (): Refusal =>
  new Refusal(400, 'service/form', 'The form is damaged or ends too early. Send it again.');

const tooMuch = ({ totalBytes }: UploadLimits): Refusal =>
  new Refusal(
    413,
    'service/total',
    `Expected at most ${Math.floor(totalBytes / 2 ** 20)} MiB of photos together, got more. Send fewer, or smaller ones.`,
  );

function optionsOf(fields: ReadonlyMap<string, string>): Pick<Received, 'options' | 'isPatient'> {
  const given = new Map(fields);
  const choose = <T extends string>(name: string, choices: readonly [T, ...T[]]): T => {
    const value = given.get(name) ?? choices[0];
    given.delete(name);
    const choice = choices.find((one) => one === value);
    if (choice !== undefined) return choice;
    throw new Refusal(400, 'service/field', `Expected ${name} to be ${choices.join(' or ')}.`);
  };
  const effort = choose('effort', ['draft', 'good']);
  const mesh = choose('mesh', ['false', 'true']) === 'true';
  const isPatient = choose('patient', ['false', 'true']) === 'true';
  const seed = given.get('seed') ?? '0';
  given.delete('seed');
  if (!/^[\w-]{1,40}$/.test(seed)) {
    throw new Refusal(400, 'service/field', 'Expected seed of letters, digits, _ and -, 40 at most.');
  }
  if (given.size > 0) {
    throw new Refusal(400, 'service/field', 'Expected the fields photos, effort, mesh, patient and seed, got another.');
  }
  return { options: { effort, mesh, seed }, isPatient };
}
