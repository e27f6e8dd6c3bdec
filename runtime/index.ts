/**
 * `babylon-personalized-head/runtime`: the generator without Babylon. Bases and persons are read, latents and expressions are made,
 * planes are evaluated and views are rendered, in a browser, in a worker or in Node.
 */
export * from './checkpoint/index.js';
export { cameraFromLabel, cameraLabel, requireCamera, type Camera } from './camera/camera.js';
export { focalFromFov, frontalCamera, intrinsicsFromFocal, lookAt, orbitCamera } from './camera/lookAt.js';
export { AssetError, DeviceError, HeadError, NumericError, ShapeError } from './core/errors.js';
export { encodePng, bitmapOf, pictureGrid, type Background, type Bitmap } from './core/bitmap.js';
export type { Tensor } from './core/tensor.js';
export type { Vector3 } from './core/vector3.js';
export type { Execution, Feed, GpuTensor, LoadOptions, Output, Session } from './execution/execution.js';
export { webExecution, type WebExecutionOptions } from './execution/web.js';
export { expressedFace, type Added, type ExpressedFace } from './expression/expressedFace.js';
export { ExpressedPlanes } from './expression/expressedPlanes.js';
export { PlaneMotion } from './expression/planeMotion.js';
export { Generator, type GeneratorOptions, type PreparedPerson } from './generator/generator.js';
export { HeadRenderer, type Portrait, type HeadRendererOptions } from './generator/headRenderer.js';
export {
  neutralize,
  offsetByDirections,
  resolveAmounts,
  type Amounts,
  type Direction,
  type Directions,
} from './latent/directions.js';
export { parseDirections } from './latent/directionsJson.js';
export { standardNormal } from './latent/normal.js';
export { anchorLook, anchorLooks, neutralOfPerson } from './latent/personLooks.js';
export { networkLayout, type NetworkLayout } from './network/layout.js';
export type { HeadProxy } from './proxy/proxy.js';
export { readProxy } from './proxy/proxyFile.js';
