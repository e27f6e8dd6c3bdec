import { blobSource, type ByteSource } from '../../runtime/checkpoint/byteSource.js';
import { encodePerson, type PersonFile } from '../../runtime/checkpoint/person/person.js';
import { readBase } from '../../runtime/checkpoint/base/readBase.js';
import type { Base } from '../../runtime/checkpoint/base/base.js';
import { AssetError, ShapeError } from '../../runtime/core/errors.js';
import { bitmapOf, type Bitmap } from '../../runtime/core/bitmap.js';
import { cameraFromLabel } from '../../runtime/camera/camera.js';
import { frontalCamera } from '../../runtime/camera/lookAt.js';
import type { Directions } from '../../runtime/latent/directions.js';
import { parseDirections } from '../../runtime/latent/directionsJson.js';
import { readProxy } from '../../runtime/proxy/proxyFile.js';
import { networkLayout } from '../../runtime/network/layout.js';
import { readLpips } from '../perceptual/lpipsNetwork.js';
import { personalize } from '../personalize.js';
import { blobPhotos } from '../photos/fileList.js';
import { readPhotoSet } from '../photos/photoSet.js';
import { personWs, photoBitmap, renderPortraits, withThumbnail, type Studio } from '../portraits.js';
import { methods, type Method } from '../training/method.js';
import { fetchBlob } from './fetchBlob.js';
import { openExecution } from './openExecution.js';
import type { Ending, Event, FileSource, Preview, ReadRequest, RunRequest } from './protocol.js';

/** How a job speaks while it runs. */
export interface Job {
  readonly signal: AbortSignal;
  readonly tell: (event: Event) => void;
}

const thumbnailSide = 96;
const previewSide = 96;
/** Previews may take this share of a run's time. */
const previewShare = 0.1;
/** Training steps between looks at the clock. */
const previewEvery = 10;
const grey = [0.5, 0.5, 0.5] as const;

/** Reads and shrinks photos. */
export async function readJob({ files, split, size }: ReadRequest, { signal, tell }: Job): Promise<Ending> {
  const { photos, problems } = await readPhotoSet(blobPhotos(files), {
    signal,
    ...(split === undefined ? {} : { split }),
    ...(size === undefined ? {} : { size }),
    onProgress: (fraction) => tell({ kind: 'reading', fraction }),
    onPhoto: (photo) => {
      tell({ kind: 'photo', photo: { name: photo.name, picture: photoBitmap(photo, thumbnailSide) } });
    },
  });
  return { kind: 'read', photos, problems };
}

/** Learns a person. */
export async function runJob(request: RunRequest, { signal, tell }: Job): Promise<Ending> {
  const { photos, effort, resolution, weights, layered, refineCameras, identity, superresolution, seed, resume } =
    request;
  const method = methodOf(request.method ?? 'lora-1');
  const base = await readBase(blobSource(await fetchBlob(request.base, signal)), { signal });
  const directions = request.directions === undefined ? null : await directionsOf(request.directions, base, signal);
  const proxy =
    request.proxy === undefined ? null : await readProxy(blobSource(await fetchBlob(request.proxy, signal)), base);
  const lpips = request.lpips ? await lpipsOf(request.lpips, signal) : null;
  const { execution, device, threads } = await openExecution(request);
  tell({ kind: 'opened', opened: { execution: execution.name, threads } });
  const studio: Studio = { base, execution, ...(device ? { device } : {}) };
  try {
    const learned = await personalize({
      ...studio,
      photos,
      method,
      signal,
      ...(directions ? { directions } : {}),
      ...(proxy ? { proxy } : {}),
      ...(request.expressions === undefined ? {} : { expressions: request.expressions }),
      ...(effort ? { effort } : {}),
      ...(resolution === undefined ? {} : { resolution }),
      ...(weights ? { weights } : {}),
      ...(layered === undefined ? {} : { layered }),
      ...(refineCameras === undefined ? {} : { refineCameras }),
      ...(identity === undefined ? {} : { identity }),
      ...(superresolution === undefined ? {} : { superresolution }),
      ...(lpips ? { lpips } : {}),
      ...(seed === undefined ? {} : { seed }),
      ...(resume ? { resume } : {}),
      previewEvery,
      onProgress: (progress) => tell({ kind: 'progress', progress }),
      onState: (state) => tell({ kind: 'state', state }),
      onPreview: sparing(async (person) => {
        tell({ kind: 'preview', preview: await previewOf(studio, person, request.previewSize ?? previewSide) });
      }),
    });
    const { person, completed, seconds, reliabilities } = learned;
    tell({ kind: 'preview', preview: await previewOf(studio, person, request.previewSize ?? previewSide) });
    return {
      kind: 'learned',
      result: { head: encodePerson(await withThumbnail(studio, person)), completed, seconds, reliabilities },
    };
  } finally {
    device?.destroy();
  }
}

function methodOf(name: string): Method {
  const method = methods.get(name);
  if (!method) {
    throw new AssetError(
      'personalize/method',
      `personalize: expected a method of ${[...methods.keys()].join(', ')}, got ${name}. Name one of these.`,
    );
  }
  return method;
}

async function lpipsOf({ files, weight = 1 }: NonNullable<RunRequest['lpips']>, signal: AbortSignal) {
  const sources: ByteSource[] = [];
  for (const file of files) sources.push(blobSource(await fetchBlob(file, signal)));
  return { network: await readLpips(...sources), weight };
}

async function directionsOf(source: FileSource, base: Base, signal: AbortSignal): Promise<Directions> {
  const text = await (await fetchBlob(source, signal)).text();
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new AssetError('directions/json', 'directions: this is no JSON. Use the file that came with the base.', {
      cause,
    });
  }
  return parseDirections(json, { hash: base.hash, wDim: networkLayout(base).wDim });
}

/** Takes pictures only as often as the run can spare the time; the first always. */
function sparing(show: (person: PersonFile) => Promise<void>): (person: PersonFile) => Promise<void> {
  let next = -Infinity;
  return async (person) => {
    const begun = performance.now();
    if (begun < next) return;
    await show(person);
    const ended = performance.now();
    next = ended + (ended - begun) * (1 / previewShare - 1);
  };
}

async function previewOf(studio: Studio, person: PersonFile, side: number): Promise<Preview> {
  const { numWs } = networkLayout(studio.base);
  const seen = cameraFromLabel(Array.from(person.tensors.get('cameras')!.data.subarray(0, 25)), 'the first anchor');
  const views = [
    { ws: personWs(person, null, numWs), camera: frontalCamera(studio.base.config.camera) },
    { ws: personWs(person, 0, numWs), camera: seen },
  ];
  const portraits = await renderPortraits(studio, person, views, side);
  const [neutral, anchor] = portraits.map(({ imageRaw, alpha }): Bitmap => bitmapOf(imageRaw, alpha, grey));
  if (!neutral || !anchor) throw new ShapeError('personalize/preview', 'preview: expected two pictures, got fewer.');
  return { neutral, anchor };
}
