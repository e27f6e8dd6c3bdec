/** Everything, without Babylon's side effects: register the engine extensions you use yourself. */
export {
  canDrawImages,
  createHeadEngineAsync,
  deviceOf,
  isSoftwareDevice,
  type HeadEngineOptions,
} from './image/engineDevice.js';
export { HeadImage, type HeadImageOptions } from './image/headImage.js';
export type { LevelSide } from './image/headLevel.js';
export { HeadScheduler } from './image/headScheduler.js';
export {
  headFromWorld,
  headExtent,
  headView,
  mirrorOf,
  worldFromHead,
  type HeadExtent,
  type HeadView,
} from './image/headCamera.js';
export { createHeadModelAsync, HeadModel, type HeadModelOptions } from './image/headModel.js';
export { AttachPersonalizedHeads, RegisterPersonalizedHead } from './node/registerHeads.js';
export { CreatePersonalizedHeadAsync, type HeadCreationOptions } from './node/createHead.js';
export { PersonalizedHead } from './node/personalizedHead.js';
export type { PersonalizedHeadMembers, PersonalizedHeadMesh } from './node/members.js';
export type { DisplayOptions, HeadLook, HeadMetadata, LatentWeights } from './node/metadata.js';
export { EnableHeadDrop, type HeadDropOptions } from './loading/headDrop.js';
export { HeadFileLoader } from './loading/headFileLoader.js';
export type { HeadLoadingOptions, HeadProgress } from './loading/loadingOptions.js';
export { ARKIT_NAMES, arkitNameOf, type ArkitAmounts, type ArkitName } from './arkitNames.js';
export * from './behaviors/index.js';
export * from './retarget/index.js';
export * from './avatar/index.js';
export * from './drive/index.js';
export * from './export/index.js';
export { fetchBaseAsync, fetchDirectionsAsync, type DownloadOptions } from './loading/loadFiles.js';
export { defaultQuality, type HeadQuality } from './image/quality.js';
export type { RenderQuality } from './image/renderQuality.js';
export { HeadError, AssetError, DeviceError, NumericError, ShapeError } from '../runtime/core/errors.js';
export { mixLatents } from '../runtime/latent/truncation.js';
export type { Amounts, Directions } from '../runtime/latent/directions.js';
export { ShowHeadGallery, type HeadGalleryOptions } from './gallery/showHeadGallery.js';
export { seedItems, thumbnailOfAsync, type HeadItem } from './gallery/headItem.js';
export type { HeadsView } from './gallery/headsInGallery.js';
