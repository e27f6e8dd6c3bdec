/** Everything, without Babylon's side effects: register the engine extensions you use yourself. */
export { createHeadEngineAsync, deviceOf, isSoftwareDevice } from './engineDevice.js';
export { PersonalizedHead, type PersonalizedHeadOptions } from './head.js';
export {
  headFromWorld,
  headExtent,
  headView,
  mirrorOf,
  worldFromHead,
  type HeadExtent,
  type HeadView,
} from './headCamera.js';
export { createHeadModelAsync, HeadModel, type HeadModelOptions } from './headModel.js';
export { fetchBaseAsync, fetchDirectionsAsync, type DownloadOptions } from './loadFiles.js';
export { defaultQuality, type HeadQuality } from './quality.js';
export { HeadError, AssetError, DeviceError, NumericError, ShapeError } from '../runtime/core/errors.js';
export { mixLatents } from '../runtime/latent/truncation.js';
export type { Amounts, Directions } from '../runtime/latent/directions.js';
