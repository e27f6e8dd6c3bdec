/**
 * `babylon-personalized-head/personalize`: photos become a head, on the calling thread or in a worker. Works in browsers and in
 * Node, where `babylon-personalized-head/node` adds folders, decoders and ONNX Runtime's CPU.
 */
export {
  efforts,
  personalize,
  type Curve,
  type Effort,
  type Personalized,
  type PersonalizeOptions,
  type PersonalizeProgress,
  type Stage,
} from './personalize.js';
export { methodNamed, methods, type Method } from './training/method.js';
export type { PhotoReliability } from './training/appearance/reliability.js';
export { parseHeadShape, type HeadShape } from './photos/cameras/headShape.js';
export { browserDecoder, type BrowserDecoderOptions } from './photos/decode/decodeUpright.js';
export type { DecodeOptions, DecodeUpright, UprightPhoto } from './photos/decode/uprightPhoto.js';
export type { Libheif } from './photos/decode/libheif.js';
export { readFaceTopology } from './photos/faces/faceAsset.js';
export { FaceFollower } from './photos/faces/faceFollower.js';
export type { FaceNets } from './photos/faces/faceNets.js';
export { openFaceNets, type OpenFaceNetsOptions } from './photos/faces/openFaceNets.js';
export { blobPhotos, fileListBlobs, fileListPhotos } from './photos/fileList.js';
export type { Photo } from './photos/photo.js';
export type { PhotoFiles } from './photos/photoFiles.js';
export { readPhotoSet, type PhotoSet, type PhotoSetOptions } from './photos/photoSet.js';
export {
  PhotoPreparation,
  type FinishOptions,
  type PhotoPreparationOptions,
} from './photos/prepare/photoPreparation.js';
export type {
  FoundPeople,
  FoundPerson,
  PhotoCard,
  PreparationProgress,
  PreparationStage,
  PreparedPhotos,
} from './photos/prepare/preparedPhotos.js';
export { describePeople, preparePhotos, type PreparePhotosOptions } from './photos/prepare/preparePhotos.js';
export type { PhotoReport, PreparationReport, Reason, ReasonCode } from './photos/prepare/report.js';
export { PhotoFitter, type FitPhotoOptions, type Projection } from './latent/photoFitter.js';
export {
  personalizeByService,
  type PersonalizeByServiceOptions,
  type PersonalizedByService,
  type ServicePhoto,
  type ServiceStanding,
} from './service/personalizeByService.js';
export type { Studio } from './portraits.js';
export { parseExpressionShapes, type ExpressionShapes } from './tracking/expressionShapes.js';
export { faceClip, type FaceClip, type RecordedFace } from './tracking/faceClip.js';
export { FaceTracker, type FaceTrackerOptions, type TrackedFace } from './tracking/faceTracker.js';
export type { OneEuroOptions } from './tracking/oneEuro.js';
export type { HeadTurn } from './tracking/turnOfHead.js';
export {
  choosePhotosInWorker,
  createPersonalizeWorker,
  lookInWorker,
  personalizeInWorker,
  preparePhotosInWorker,
  readPhotosInWorker,
  type ChooseInWorkerOptions,
  type PersonalizeInWorkerOptions,
  type PersonalizeWorker,
  type PrepareInWorkerOptions,
  type ReadInWorkerOptions,
} from './worker/client.js';
