import { ShapeError } from './errors.js';
import { kindOf } from './kindOf.js';

type Test = (value: unknown) => boolean;

const isNumber: Test = (value) => typeof value === 'number' && Number.isFinite(value);
const isText: Test = (value) => typeof value === 'string';
const isFunction: Test = (value) => typeof value === 'function';
/** By what it can do: what another realm made is no instance of this one's classes. */
const isMap: Test = (value) => has({ get: isFunction, has: isFunction, entries: isFunction })(value);
const isNumbers: Test = (value) =>
  (Array.isArray(value) && value.every((each) => typeof each === 'number')) ||
  (ArrayBuffer.isView(value) && 'length' in value);
const isObject: Test = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);
const isCount: Test = (value) => Number.isInteger(value) && (value as number) >= 0 && (value as number) <= 2 ** 28;
const isCamera: Test = (value) => has({ cam2world: isNumbers, intrinsics: isNumbers })(value);
const isPlain: Test = (value) => isObject(value) && !ArrayBuffer.isView(value);

const isPicture: Test = (value) => has({ width: isCount, height: isCount, data: isNumbers })(value);

function has(members: Readonly<Record<string, Test>>): Test {
  return (value) => {
    if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return false;
    return Object.entries(members).every(([name, test]) => test((value as Record<string, unknown>)[name]));
  };
}

/** What public functions take: in words, and what it must have. */
const forms = {
  base: ['a base, as readBase gives it', has({ config: isPlain, tensors: isMap, hash: isText })],
  blob: ['a File or Blob', has({ size: isNumber, slice: isFunction })],
  blobList: [
    'a list of Files or Blobs',
    (value) => Array.isArray(value) && value.every(has({ size: isNumber, slice: isFunction })),
  ],
  blobs: ['a Map of Blobs by name', isMap],
  bytes: ['bytes as a Uint8Array', (value) => Object.prototype.toString.call(value) === '[object Uint8Array]'],
  camera: ['a camera of cam2world and intrinsics', isCamera],
  canvas: ['a canvas', has({ getContext: isFunction })],
  config: ['a base’s config', has({ camera: isPlain, rendering: isPlain })],
  clip: ['a clip of fps, names and frames', has({ names: Array.isArray, frames: Array.isArray })],
  cameraConfig: ['a base’s config.camera', has({ focal: isNumber, radius: isNumber, pivot: isNumbers })],
  color: [
    '"transparent" or a colour of three numbers',
    (value) => value === 'transparent' || (isNumbers(value) && (value as ArrayLike<number>).length === 3),
  ],
  count: [`a whole number of 0 to ${2 ** 28}`, isCount],
  device: ['a WebGPU device', has({ createBuffer: isFunction, features: isObject, limits: isObject })],
  directions: ['directions, as parseDirections gives them', has({ byName: isMap, groups: isMap, neutral: isMap })],
  engine: ['a Babylon engine', has({ getClassName: isFunction })],
  execution: ['an execution, as webExecution or nodeExecution give it', has({ load: isFunction })],
  face: ['a face of expression, pose and gaze', has({ expression: isPlain, pose: isPlain, gaze: isPlain })],
  faces: [
    'a list of recorded faces',
    (value) => Array.isArray(value) && value.every(has({ face: isPlain, time: isNumber })),
  ],
  files: ['a list of Files', (value) => isListOf(value, has({ name: isText }))],
  generator: ['a Generator', has({ base: isPlain, layout: isPlain, execution: isPlain })],
  list: ['a list', Array.isArray],
  model: ['a head model, as createHeadModelAsync gives it', has({ base: isPlain, quality: isPlain, shared: isPlain })],
  nets: ['face networks, as openFaceNets gives them', has({ detect: isFunction, landmarks: isFunction })],
  node: ['a Babylon node', has({ getChildMeshes: isFunction, getScene: isFunction })],
  number: ['a number', isNumber],
  numbers: ['a list of numbers', isNumbers],
  options: ['an object of options', isPlain],
  path: ['a path as text', (value) => typeof value === 'string' && value !== ''],
  people: ['people, as PhotoPreparation found them', has({ people: Array.isArray })],
  person: ['a person, as readPerson gives it', has({ tensors: isMap })],
  personFile: ['a person, as readPerson gives it', has({ tensors: isMap, metadata: isMap, baseHash: isText })],
  photoFiles: ['photos that can be listed and read', has({ list: isFunction, read: isFunction })],
  picture: ['a picture of width, height and data', isPicture],
  proxy: ['a proxy, as readProxy gives it', has({ positions: isNumbers, indices: isNumbers, morphs: isMap })],
  photos: [
    'a list of photos, as readPhotoSet gives them',
    (value) => isListOf(value, has({ image: isPlain, camera: isCamera })),
  ],
  record: ['an object of numbers by name', isPlain],
  rows: ['rows of pictures', (value) => Array.isArray(value) && value.every((row) => isListOf(row, isPicture))],
  scheduled: ['a head’s image', has({ look: isFunction, activate: isFunction, marches: isFunction })],
  scene: ['a Babylon scene', has({ getEngine: isFunction })],
  shape: ['a head shape, as parseHeadShape gives it', has({ mean: isNumbers, triangles: isNumbers })],
  shapes: ['expression shapes, as parseExpressionShapes gives them', has({ names: Array.isArray, moves: isNumbers })],
  source: ['a source of bytes, as bytesSource or blobSource give it', has({ size: isNumber, read: isFunction })],
  tensor: ['a tensor of dims and data', has({ dims: isNumbers, data: isNumbers })],
  tensors: ['a Map of tensors by name', isMap],
  text: ['text', isText],
  vector: ['three numbers', (value) => isNumbers(value) && (value as ArrayLike<number>).length === 3],
  worker: [
    'a worker, as createPersonalizeWorker gives it',
    has({ postMessage: isFunction, addEventListener: isFunction }),
  ],
} as const satisfies Readonly<Record<string, readonly [words: string, test: Test]>>;

function isListOf(value: unknown, test: Test): boolean {
  return isObject(value) || Array.isArray(value) ? Array.from(value as ArrayLike<unknown>).every(test) : false;
}

/**
 * Looks at what a public function was given before its members are used: programs in plain JavaScript, and those whose
 * files are another's, pass what no type allows.
 * @param where the function, and the argument where it has several of the kind
 * @throws ShapeError `input/type`
 */
export function expectGiven(where: string, form: keyof typeof forms, value: unknown): void {
  const [words, test] = forms[form];
  if (test(value)) return;
  throw new ShapeError('input/type', `${where}: expected ${words}, got ${kindOf(value)}.`);
}
