import { blobSource } from '../../runtime/checkpoint/byteSource.js';
import { AssetError } from '../../runtime/core/errors.js';
import { parseHeadShape, type HeadShape } from '../photos/cameras/headShape.js';
import { FrameReader } from '../photos/capture/frameReader.js';
import { browserDecoder } from '../photos/decode/decodeUpright.js';
import type { DecodeUpright } from '../photos/decode/uprightPhoto.js';
import { fetchDescriptor } from '../photos/faces/descriptorFiles.js';
import { readFaceTopology } from '../photos/faces/faceAsset.js';
import type { FaceNets } from '../photos/faces/faceNets.js';
import { openFaceNets } from '../photos/faces/openFaceNets.js';
import { blobPhotos } from '../photos/fileList.js';
import { PhotoPreparation } from '../photos/prepare/photoPreparation.js';
import type { PreparationProgress } from '../photos/prepare/preparedPhotos.js';
import { frequentPeople, lookAtPhotos, lookingShare } from '../photos/prepare/preparePhotos.js';
import { fetchBlob } from './fetchBlob.js';
import { framePicture } from './framePicture.js';
import type { Job } from './jobs.js';
import { openExecution } from './openExecution.js';
import type { ChooseRequest, Ending, FaceSources, LookRequest, PrepareRequest } from './protocol.js';

/** What reads faces, once it is open. */
interface Reading {
  readonly nets: FaceNets;
  readonly shape: HeadShape;
  readonly close: () => Promise<void>;
}

/** Reads raw photos and frames of films. What was read stays, so that the user may choose again without waiting. */
export class RawPhotoDesk {
  private _reading: Promise<Reading> | null = null;
  private _frames: FrameReader | null = null;
  private _preparation: PhotoPreparation | null = null;
  private readonly _decode: DecodeUpright;

  constructor(decode: DecodeUpright = browserDecoder()) {
    this._decode = decode;
  }

  /** @throws AssetError where an asset is missing; the signal's reason. A photo that cannot be read is a card. */
  async prepare({ files, size, ...sources }: PrepareRequest, job: Job): Promise<Ending> {
    const { signal, tell } = job;
    this._preparation = null;
    const { nets, shape } = await this._open(sources, signal);
    const preparation = new PhotoPreparation({ nets, shape, ...(size === undefined ? {} : { size }) });
    await lookAtPhotos(preparation, [...files.keys()].sort(), {
      files: blobPhotos(files),
      decode: this._decode,
      signal,
      onProgress: (progress) => tell({ kind: 'preparing', progress }),
      onCard: (card) => tell({ kind: 'card', card }),
    });
    this._preparation = preparation;
    const { people, isAmbiguous } = preparation.people();
    if (!isAmbiguous) return this._finish(preparation, { choices: new Map() }, job, lookingShare);
    const report = { photos: [], warnings: [] };
    return { kind: 'prepared', prepared: { photos: [], report, people: frequentPeople(people) } };
  }

  /** @throws AssetError `worker/no-photos` before `prepare`; the signal's reason */
  choose(request: ChooseRequest, job: Job): Promise<Ending> {
    if (!this._preparation) {
      throw new AssetError('worker/no-photos', 'photos: expected prepared photos, got none yet. Choose photos first.');
    }
    return this._finish(this._preparation, request, job, 0);
  }

  async look({ frame, ...sources }: LookRequest, { signal }: Job): Promise<Ending> {
    const picture = framePicture(frame);
    const { nets, shape } = await this._open(sources, signal);
    this._frames ??= new FrameReader(nets, shape);
    return { kind: 'looked', view: await this._frames.read(picture) };
  }

  /** Gives the nets' memory back; they open again when they are needed. */
  async rest(): Promise<void> {
    // What was read stays good for another choice, which takes mattes again.
    if (this._preparation) return;
    const reading = this._reading;
    this._reading = this._frames = null;
    await (await reading)?.close();
  }

  private async _finish(
    preparation: PhotoPreparation,
    { choices, person }: ChooseRequest,
    { signal, tell }: Job,
    before: number,
  ): Promise<Ending> {
    const prepared = await preparation.finish({
      choices,
      ...(person === undefined ? {} : { person }),
      signal,
      onProgress: (progress: PreparationProgress) =>
        tell({ kind: 'preparing', progress: { ...progress, fraction: before + (1 - before) * progress.fraction } }),
    });
    return { kind: 'prepared', prepared: { ...prepared, people: null } };
  }

  private _open(sources: FaceSources, signal: AbortSignal): Promise<Reading> {
    this._reading ??= openReading(sources, signal).catch((error: unknown) => {
      // What failed may be there the next time.
      this._reading = null;
      throw error;
    });
    return this._reading;
  }
}

async function openReading(
  { faces, landmarks, descriptor, ...place }: FaceSources,
  signal: AbortSignal,
): Promise<Reading> {
  const asset = blobSource(await fetchBlob(faces, signal));
  const text = await (await fetchBlob(landmarks, signal)).text();
  const shape = parseHeadShape(text, await readFaceTopology(asset));
  const identity = descriptor === undefined ? null : await fetchDescriptor(descriptor);
  const { execution, device } = await openExecution(place);
  const nets = await openFaceNets({ execution, asset, ...(identity ? { descriptor: identity } : {}) });
  const close = async (): Promise<void> => {
    await nets.dispose();
    device?.destroy();
  };
  return { nets, shape, close };
}
