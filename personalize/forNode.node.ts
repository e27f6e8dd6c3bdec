/** `babylon-personalized-head/node`: files, decoders and ONNX Runtime's CPU for programs in Node. */
export { writeFileAtomically, writeTextAtomically } from '../runtime/checkpoint/atomicFile.node.js';
export { fileSource } from '../runtime/checkpoint/fileSource.node.js';
export { importCheckpoint } from '../runtime/checkpoint/base/importCheckpoint.node.js';
export { writePerson } from '../runtime/checkpoint/person/writePerson.node.js';
export { packagedAsset } from '../runtime/core/packagedAsset.node.js';
export { nodeExecution, type NodeExecutionOptions } from '../runtime/execution/node.js';
export { nodeDevice, releaseNodeDevice, type NodeDevice } from '../runtime/execution/nodeDevice.node.js';
export { nodeWebExecution } from '../runtime/execution/nodeWeb.node.js';
export { decodeUpright, installedDecoders, nodeDecoder, type Decoders } from './photos/decode/decodeUpright.node.js';
export { installedDescriptor } from './photos/faces/descriptorFiles.node.js';
export { photoFolder } from './photos/folder.node.js';
