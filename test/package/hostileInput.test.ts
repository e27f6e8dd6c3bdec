import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import * as node from '../../personalize/forNode.node.js';
import * as personalize from '../../personalize/index.js';
import * as runtime from '../../runtime/index.js';
import { tinyBase } from '../network/tinyBase.js';
import { cpu } from '../network/runGraph.js';
import { hostile } from '../plugin/hostileValues.js';
import { tinyPerson, tinyProxy } from '../plugin/node/files.js';

type Call = (...values: never[]) => unknown;
/** A function, its arguments as they should be, and how many of them are tried with what they should not be. */
type Row = readonly [call: Call, good: readonly unknown[], tried?: number];

const base = await tinyBase();
const layout = runtime.networkLayout(base);
const ws = { dims: [layout.numWs, layout.wDim], data: new Float32Array(layout.numWs * layout.wDim) };
const image = { dims: [3, 2, 2], data: new Float32Array(12) };
const picture = { width: 1, height: 1, data: Uint8Array.of(1, 2, 3, 255) };
const camera = runtime.frontalCamera(base.config.camera);
const person = tinyPerson();
const source = runtime.bytesSource(runtime.encodePerson(person));
const directions: runtime.Directions = {
  base: base.hash,
  byName: new Map([
    ['smile', { name: 'smile', kind: 'expression', range: [0, 1], vector: new Float32Array(layout.wDim) }],
  ]),
  groups: new Map(),
  neutral: new Map(),
};
const execution = await cpu();
const made =
  (Made: new (...values: never[]) => object): Call =>
  (...values) =>
    new Made(...values);

const runtimeRows: Readonly<Record<string, Row>> = {
  anchorLook: [runtime.anchorLook, [person, 0, 1]],
  anchorLooks: [runtime.anchorLooks, [person, [0, 1], 1]],
  baseHash: [runtime.baseHash, [base.tensors]],
  blobSource: [runtime.blobSource, [new Blob([])]],
  bytesSource: [runtime.bytesSource, [Uint8Array.of(1)]],
  cameraFromLabel: [runtime.cameraFromLabel, [runtime.cameraLabel(camera), 'camera'], 1],
  cameraLabel: [runtime.cameraLabel, [camera]],
  encodePerson: [runtime.encodePerson, [person]],
  encodePng: [runtime.encodePng, [picture]],
  expressedFace: [runtime.expressedFace, [ws, directions, {}]],
  focalFromFov: [runtime.focalFromFov, [30]],
  frontalCamera: [runtime.frontalCamera, [base.config.camera]],
  bitmapOf: [runtime.bitmapOf, [image, null, [0, 0, 0]]],
  intrinsicsFromFocal: [runtime.intrinsicsFromFocal, [2]],
  lookAt: [runtime.lookAt, [[0, 0, 2], [0, 0, 0], 2, [0, 1, 0]]],
  networkLayout: [runtime.networkLayout, [base]],
  neutralOfPerson: [runtime.neutralOfPerson, [person, 1]],
  neutralize: [runtime.neutralize, [ws, directions]],
  offsetByDirections: [runtime.offsetByDirections, [ws, directions, {}]],
  orbitCamera: [runtime.orbitCamera, [base.config.camera, 0, 0, 2]],
  parseConfig: [runtime.parseConfig, [{}], 1],
  parseDirections: [runtime.parseDirections, [{}, { hash: base.hash, wDim: layout.wDim }]],
  pictureGrid: [runtime.pictureGrid, [[[picture]]]],
  readBase: [runtime.readBase, [source, {}]],
  readPerson: [runtime.readPerson, [source, undefined]],
  readProxy: [runtime.readProxy, [source, undefined]],
  requireCamera: [runtime.requireCamera, [camera, 'camera'], 1],
  resolveAmounts: [runtime.resolveAmounts, [directions, {}]],
  standardNormal: [runtime.standardNormal, [1, 8]],
  validateBase: [runtime.validateBase, [base]],
  webExecution: [runtime.webExecution, [{}]],
  ExpressedPlanes: [made(runtime.ExpressedPlanes), [new runtime.Generator(base, execution), null]],
  PlaneMotion: [made(runtime.PlaneMotion), [base, tinyProxy()]],
  Generator: [made(runtime.Generator), [base, execution, {}]],
  'HeadRenderer.create': [
    (...values) =>
      runtime.HeadRenderer.create(...(values as unknown as Parameters<typeof runtime.HeadRenderer.create>)),
    [new runtime.Generator(base, execution), {}],
  ],
};

const nobody: personalize.FaceNets = {
  describe: null,
  detect: () => Promise.resolve([]),
  landmarks: () => Promise.resolve(null),
  matte: () => Promise.resolve(new Float32Array(0)),
  dispose: () => Promise.resolve(),
};
const deaf: personalize.PersonalizeWorker = {
  postMessage: () => {
    throw new runtime.AssetError('worker/refused', 'worker: it was asked, so what it was asked is well formed.');
  },
  addEventListener: () => undefined,
  removeEventListener: () => undefined,
};
const files: personalize.PhotoFiles = { list: () => Promise.resolve([]), read: () => Promise.resolve(Uint8Array.of()) };

const personalizeRows: Readonly<Record<string, Row>> = {
  personalize: [personalize.personalize, [{ base, execution, photos: [] }]],
  personalizeByService: [personalize.personalizeByService, [{ service: 'http://127.0.0.1:1', token: '', photos: [] }]],
  methodNamed: [personalize.methodNamed, ['mixed-8']],
  parseHeadShape: [personalize.parseHeadShape, ['', {}]],
  browserDecoder: [personalize.browserDecoder, [{}]],
  readFaceTopology: [personalize.readFaceTopology, [source]],
  openFaceNets: [personalize.openFaceNets, [{ asset: source, execution }]],
  blobPhotos: [personalize.blobPhotos, [new Map()]],
  fileListBlobs: [personalize.fileListBlobs, [[]]],
  fileListPhotos: [personalize.fileListPhotos, [[]]],
  readPhotoSet: [personalize.readPhotoSet, [files, {}]],
  describePeople: [personalize.describePeople, [{ people: [], isAmbiguous: false }]],
  preparePhotos: [personalize.preparePhotos, [{ nets: nobody, files }]],
  parseExpressionShapes: [personalize.parseExpressionShapes, ['']],
  faceClip: [personalize.faceClip, [[], 30]],
  choosePhotosInWorker: [personalize.choosePhotosInWorker, [deaf, {}]],
  createPersonalizeWorker: [personalize.createPersonalizeWorker, []],
  lookInWorker: [personalize.lookInWorker, [deaf, {}]],
  personalizeInWorker: [personalize.personalizeInWorker, [deaf, {}]],
  preparePhotosInWorker: [personalize.preparePhotosInWorker, [deaf, {}]],
  readPhotosInWorker: [personalize.readPhotosInWorker, [deaf, {}]],
  FaceFollower: [made(personalize.FaceFollower), [nobody]],
  PhotoPreparation: [made(personalize.PhotoPreparation), [{ nets: nobody, shape: {} }]],
  'PhotoFitter.open': [
    (...values) =>
      personalize.PhotoFitter.open(...(values as unknown as Parameters<typeof personalize.PhotoFitter.open>)),
    [{ base, execution }, person],
  ],
  FaceTracker: [made(personalize.FaceTracker), [{ shape: {}, shapes: {} }]],
};

const nodeRows: Readonly<Record<string, Row>> = {
  writeFileAtomically: [node.writeFileAtomically, ['a', Uint8Array.of(1)]],
  writeTextAtomically: [node.writeTextAtomically, ['a', 'text']],
  fileSource: [node.fileSource, ['nothing']],
  importCheckpoint: [node.importCheckpoint, [source, 'a']],
  writePerson: [node.writePerson, ['a.head', person]],
  nodeExecution: [node.nodeExecution, [{}]],
  nodeDevice: [node.nodeDevice, [{ required: false }]],
  releaseNodeDevice: [node.releaseNodeDevice, []],
  nodeWebExecution: [node.nodeWebExecution, [{}]],
  decodeUpright: [node.decodeUpright, [Uint8Array.of(1), 'a.png']],
  installedDecoders: [node.installedDecoders, []],
  nodeDecoder: [node.nodeDecoder, [{ sharp: null, libheif: null }]],
  installedDescriptor: [node.installedDescriptor, []],
  packagedAsset: [node.packagedAsset, ['base.safetensors']],
  photoFolder: [node.photoFolder, ['photos']],
};

const folder = await mkdtemp(join(tmpdir(), 'hostile-'));
const home = process.cwd();
beforeAll(() => process.chdir(folder));
afterAll(async () => {
  process.chdir(home);
  await rm(folder, { recursive: true });
});

const doors = { runtime: runtimeRows, personalize: personalizeRows, node: nodeRows };
const isClass = (value: unknown): boolean => /^class\b/.test(Function.prototype.toString.call(value));
/** Classes of errors are thrown, not called. */
const isError = (value: unknown): boolean =>
  value === runtime.HeadError || (value as { prototype?: unknown }).prototype instanceof runtime.HeadError;

test.each([
  ['runtime', runtime],
  ['personalize', personalize],
  ['node', node],
] as const)('every function of %s has its row', (door, exports) => {
  const functions = Object.entries(exports).filter(([, value]) => typeof value === 'function' && !isError(value));
  const rows = new Set(Object.keys(doors[door]).map((name) => name.split('.')[0]));
  expect(functions.map(([name]) => name).filter((name) => !rows.has(name))).toEqual([]);
  expect(functions.filter(([, value]) => isClass(value)).length).toBeLessThan(functions.length);
});

/** A number that is none in what came out, or in its members. */
const hasNaN = (value: unknown, depth = 2): boolean =>
  Number.isNaN(value) ||
  (depth > 0 &&
    typeof value === 'object' &&
    value !== null &&
    Object.values(value).some((each) => hasNaN(each, depth - 1)));

const rows = Object.entries(doors).flatMap(([door, table]) =>
  Object.entries(table).map(([name, row]) => [`${door}: ${name}`, row] as const),
);

test.each(rows)('%s ends well or with one of our errors', async (_name, [call, good, tried = good.length]) => {
  const wrong: string[] = [];
  for (let place = 0; place < Math.max(1, tried); place++) {
    for (const [what, value] of hostile) {
      const given = good.map((each, i) => (i === place ? value : each));
      try {
        if (hasNaN(await call(...(given as never[])))) wrong.push(`${place}: ${what}: what came out is no number`);
      } catch (error) {
        const ours =
          error instanceof runtime.HeadError && /^[\w-]+\/[\w-]+$/.test(error.code) && error.message.length > 20;
        if (!ours) wrong.push(`${place}: ${what}: ${String(error)}`);
      }
    }
  }
  expect(wrong).toEqual([]);
});
