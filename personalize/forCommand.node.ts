/**
 * `babylon-personalized-head/command`: what the command `personalized-head` and the service of the same version use beyond the other
 * doors. Nobody else should: names come and go without notice.
 */
export { cameraNumbers } from '../runtime/camera/camera.js';
export {
  directionsBeside,
  directionsPathOf,
  loadDirections,
  proxyBeside,
} from '../runtime/checkpoint/base/besideBase.node.js';
export type { CameraConfig } from '../runtime/checkpoint/config/config.js';
export { readFrom } from '../runtime/checkpoint/fileSource.node.js';
export { ofFile } from '../runtime/core/errors.js';
export { decodeNpy, encodeNpy } from '../runtime/core/npy.js';
export { concatenated, paeth, type PngChunk, writePngChunks } from '../runtime/core/pngChunks.js';
export { formatDims } from '../runtime/core/tensor.js';
export { type Backend, type BackendName, cpuThreads, openBackend } from '../runtime/execution/backend.node.js';
export { type Anchors, anchorsOfPerson, mixAnchors } from '../runtime/latent/alpha/anchors.js';
export { anchorSpread, distanceFromPerson } from '../runtime/latent/alpha/distance.js';
export type { BorderPolicy } from '../runtime/latent/alpha/editing.js';
export { nearestAnchor } from '../runtime/latent/alpha/nearestAnchor.js';
export { sampleAlphas, type SamplingMethod } from '../runtime/latent/alpha/sampling.js';
export { defaultBeta } from '../runtime/latent/alpha/softAlpha.js';
export { encodeDirections } from '../runtime/latent/directionsWrite.js';
export { filmLooks, measuredPath } from '../runtime/latent/measuredPath.js';
export { type PathPoint, lookPath, type LookPath } from '../runtime/latent/path.js';
export { editPerson, offsetOf } from '../runtime/latent/personEdit.js';
export { requireAnchor, requireVaried } from '../runtime/latent/personLooks.js';
export { broadcastW } from '../runtime/latent/truncation.js';
export { resizeMatrix } from '../runtime/network/resize.js';
export { makeProxy } from '../runtime/proxy/makeProxy.js';
export { isBeside, proxyField } from '../runtime/proxy/ownProxy.js';
export { encodeProxy } from '../runtime/proxy/proxyFile.js';
export { judgeProof, proofGates } from './evaluation/base/baseProof.js';
export { proofMarkdown } from './evaluation/base/proofMarkdown.js';
export { judgePictures } from './evaluation/base/readings.js';
export { evaluatePerson, type EvaluationProgress, type PersonEvaluation } from './evaluation/evaluatePerson.js';
export { expressionsKept } from './evaluation/expressions/expressionsKept.js';
export { expressionsMarkdown, methodExpressionsMarkdown } from './evaluation/expressions/expressionsMarkdown.js';
export { folderStore } from './evaluation/folderStore.node.js';
export { likenessMarkdown, reconstructionMarkdown, spillMarkdown } from './evaluation/head/headMarkdown.js';
export { measureLikeness } from './evaluation/head/likeness.js';
export { measureReconstruction } from './evaluation/head/reconstruction.js';
export { measureSpill } from './evaluation/head/spill.js';
export type { FaceJudge } from './evaluation/judge.js';
export { photoImage, portraitImage } from './evaluation/judgedImage.js';
export { judgeFace } from './evaluation/judgeFace.js';
export { faceApiJudge } from './evaluation/judges/faceApi.node.js';
export { humanJudge } from './evaluation/judges/human.node.js';
export { installedJudges } from './evaluation/judges/installed.node.js';
export { evaluateLatent } from './evaluation/latent/evaluateLatent.js';
export { latentMarkdown, latentTable, parseRecords, recordLine } from './evaluation/latent/records.js';
export { tableMarkdown } from './evaluation/table/markdown.js';
export type { LpipsNote } from './evaluation/table/records.js';
export { evaluationTable } from './evaluation/table/table.js';
export { type Agreement, compareDirections } from './latent/directions/agreement.js';
export { type Attribute, attributes, attributesNamed, judgesFor } from './latent/directions/attributes.js';
export { withExpressions } from './latent/directions/expressive.js';
export { FaceStudio } from './latent/directions/faceStudio.js';
export { findDirections, type FoundDirection } from './latent/directions/findDirections.js';
export {
  type LabelledSample,
  labelLine,
  labelsHeader,
  type LabelsKey,
  parseLabelLines,
} from './latent/directions/labels.js';
export { type Effect, probeDirection } from './latent/directions/probe.js';
export type { LayeredAlpha } from './latent/fitAlpha.js';
export { IdentityMeter, meterJson, type MeterReading, meterText } from './latent/identityMeter.js';
export { type LpipsNetwork, readLpips } from './perceptual/lpipsNetwork.js';
export { keptExpressions } from './personalize.js';
export type { FaceTopology } from './photos/faces/faceTopology.js';
export { openPackagedFaces } from './photos/faces/packagedFaces.node.js';
export { meanMoves, type MeasuredMove } from './photos/headShapes/landmarkMoves.js';
export { landmarkSpread } from './photos/headShapes/landmarkSpread.js';
export { HeadMeasurer } from './photos/headShapes/measureHeads.js';
export { notFound, notReadable } from './photos/photoFiles.js';
export { readPhotoInfo } from './photos/photoInfo.js';
export { imageKind, type ImageKind } from './photos/decode/imageKind.js';
export { datasetFiles } from './photos/prepare/dataset/files.js';
export { holdOut, type HoldOut } from './photos/prepare/dataset/holdOut.js';
export { doubtLines, withDoubts } from './photos/prepare/doubts.js';
export { contactSheet } from './photos/prepare/sheet/contactSheet.js';
export { readSinglePhoto } from './photos/singlePhoto.node.js';
export { personSheet, personWs, photoBitmap, renderPortraits, withThumbnail } from './portraits.js';
export { runKey } from './runKey.js';
export { movesFormat, moveUnit } from './tracking/expressionShapes.js';
