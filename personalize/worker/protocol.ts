import type { Bitmap } from '../../runtime/core/bitmap.js';
import type { PersonalizeOptions, PersonalizeProgress } from '../personalize.js';
import type { FrameView } from '../photos/capture/frameView.js';
import type { Photo, Problem } from '../photos/photo.js';
import type { FoundPerson, PhotoCard, PreparationProgress, PreparedPhotos } from '../photos/prepare/preparedPhotos.js';
import type { PhotoReliability } from '../training/appearance/reliability.js';
import type { SentError } from '../../runtime/core/sentError.js';

/** A file, by address or in memory. */
export type FileSource = string | Blob;

/** Where a worker runs its networks; `auto`: on WebGPU where the adapter is a real one, else in wasm. */
export type WorkerBackend = 'auto' | 'wasm';

/** What a run is, as it crosses to the worker: no functions, no device. */
export interface RunRequest extends Pick<
  PersonalizeOptions,
  | 'photos'
  | 'effort'
  | 'resolution'
  | 'weights'
  | 'layered'
  | 'refineCameras'
  | 'identity'
  | 'expressions'
  | 'superresolution'
  | 'seed'
  | 'resume'
> {
  readonly base: FileSource;
  /** The directions of the base, JSON; with them the neutral face is without expression. */
  readonly directions?: FileSource;
  /** The proxy of the base; what is learned then moves along with the base's expressions. */
  readonly proxy?: FileSource;
  /** LPIPS in the loss: its network in one safetensors file or several, see perceptual/lpipsNetwork.ts; weight 1 unless given. */
  readonly lpips?: { readonly files: readonly FileSource[]; readonly weight?: number };
  /** Name of a method, default `lora-1`. */
  readonly method?: string;
  /** Folder that serves ONNX Runtime's .wasm and .mjs files, or the address of the .wasm alone as a bundler gives it. */
  readonly wasmPaths?: string;
  readonly backend?: WorkerBackend;
  /** Side of the previews in pixels; default 96. */
  readonly previewSize?: number;
}

/** What photos are read from. */
export interface ReadRequest {
  /** By relative name with forward slashes. */
  readonly files: ReadonlyMap<string, Blob>;
  /** See `PhotoSetOptions`. */
  readonly split?: string;
  readonly size?: number;
}

/** The nets that read faces, and where they run. */
export interface FaceSources {
  /** assets/faces.safetensors */
  readonly faces: FileSource;
  /** assets/base.landmarks.json */
  readonly landmarks: FileSource;
  /** Folder, with a slash at the end, that serves dlib's descriptor, see `fetchDescriptor`: tells people apart. */
  readonly descriptor?: string;
  /** As in `RunRequest`. */
  readonly wasmPaths?: string;
  readonly backend?: WorkerBackend;
}

/** Raw photos, whose cameras nobody knows. */
export interface PrepareRequest extends FaceSources {
  /** By relative name with forward slashes. */
  readonly files: ReadonlyMap<string, Blob>;
  /** Side of the crops that are learned from, pixels. */
  readonly size?: number;
}

/** What the user decides about the photos of the last `prepare`. */
export interface ChooseRequest {
  /** By file: true puts a photo back, false takes it out; what is not named stays as the quality filter has it. */
  readonly choices: ReadonlyMap<string, boolean>;
  /** Which of `Prepared.people` it is. */
  readonly person?: number;
}

/** One frame of a film or camera. */
export interface LookRequest extends FaceSources {
  /** It is closed. */
  readonly frame: ImageBitmap;
}

export type Request = { readonly id: number } & (
  | { readonly kind: 'read'; readonly request: ReadRequest }
  | { readonly kind: 'prepare'; readonly request: PrepareRequest }
  | { readonly kind: 'choose'; readonly request: ChooseRequest }
  | { readonly kind: 'look'; readonly request: LookRequest }
  | { readonly kind: 'run'; readonly request: RunRequest }
  /** Ends the job of this id early. */
  | { readonly kind: 'cancel' }
);

/** A photo that was read, small, over grey where its mask hides it. */
export interface ReadPhoto {
  readonly name: string;
  readonly picture: Bitmap;
}

/** What raw photos became. */
export interface Prepared extends PreparedPhotos {
  /** Where photos show two people about as often: `choose` must say which, and there are no photos yet; else null. */
  readonly people: readonly FoundPerson[] | null;
}

/** The person so far. */
export interface Preview {
  /** The neutral face from the front. */
  readonly neutral: Bitmap;
  /** The first photo's anchor from that photo's camera. */
  readonly anchor: Bitmap;
}

/** Where a worker runs its networks. */
export interface Opened {
  readonly execution: string;
  readonly threads: number;
}

/** A person as a page gets it. */
export interface RunResult {
  /** The bytes of the .head file, with a thumbnail. */
  readonly head: Uint8Array<ArrayBuffer>;
  /** false: stopped while training; the head is what was learned until then. */
  readonly completed: boolean;
  readonly seconds: number;
  /** See `Personalized`: `withDoubts` and `doubtLines` make words of them. */
  readonly reliabilities: readonly PhotoReliability[];
}

/** What a worker says of a job while it runs. */
export type Event =
  | { readonly kind: 'photo'; readonly photo: ReadPhoto }
  | { readonly kind: 'card'; readonly card: PhotoCard }
  | { readonly kind: 'preparing'; readonly progress: PreparationProgress }
  | { readonly kind: 'reading'; readonly fraction: number }
  | { readonly kind: 'opened'; readonly opened: Opened }
  | { readonly kind: 'progress'; readonly progress: PersonalizeProgress }
  | { readonly kind: 'preview'; readonly preview: Preview }
  | { readonly kind: 'state'; readonly state: Uint8Array };

/** How a job ends. */
export type Ending =
  | { readonly kind: 'read'; readonly photos: readonly Photo[]; readonly problems: readonly Problem[] }
  | { readonly kind: 'prepared'; readonly prepared: Prepared }
  /** null: no face was found. */
  | { readonly kind: 'looked'; readonly view: FrameView | null }
  | { readonly kind: 'learned'; readonly result: RunResult }
  | { readonly kind: 'failed'; readonly error: SentError };

export type Reply = { readonly id: number } & (Event | Ending);
