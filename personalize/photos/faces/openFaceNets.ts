import type { ByteSource } from '../../../runtime/checkpoint/byteSource.js';
import type { Execution } from '../../../runtime/execution/execution.js';
import { describeFace } from './describeFace.js';
import { descriptorTensors, type DescriptorFiles } from './descriptorFiles.js';
import { descriptorGraph } from './descriptorGraph.js';
import { detectFaces } from './detectFaces.js';
import { fullRangeDetector, shortRangeDetector } from './detectionNet.js';
import { openFaceAsset, type NetName } from './faceAsset.js';
import type { FaceNets } from './faceNets.js';
import { LandmarkNet } from './landmarkNet.js';
import { LazyNet } from './lazyNet.js';
import { sampleSquare } from './sampleSquare.js';
import { expectGiven } from '../../../runtime/core/given.js';

export interface OpenFaceNetsOptions {
  readonly execution: Execution;
  /** assets/faces.safetensors; stays open until `dispose`, as each net is read when it is first needed. */
  readonly asset: ByteSource;
  /** dlib's descriptor, which is not in the package; see `installedDescriptor` and `fetchDescriptor`. */
  readonly descriptor?: DescriptorFiles | null;
}

/** Side of the matte net's picture. */
const matteSize = 256;

/**
 * Opens the nets that read faces.
 * @throws AssetError `faces/format` and others where `asset` is not the package's file
 */
export async function openFaceNets(options: OpenFaceNetsOptions): Promise<FaceNets> {
  expectGiven('openFaceNets', 'options', options);
  const { execution, asset, descriptor } = options;
  expectGiven('openFaceNets', 'execution', execution);
  expectGiven('openFaceNets: asset', 'source', asset);
  const file = await openFaceAsset(asset);
  const open = (name: NetName): LazyNet => new LazyNet(execution, () => file.graph(name));
  const nets = {
    fullRange: open('fullRange'),
    shortRange: open('shortRange'),
    landmarks: open('landmarks'),
    matte: open('matte'),
  };
  const detectors = {
    fullRange: { ...fullRangeDetector, net: nets.fullRange },
    shortRange: { ...shortRangeDetector, net: nets.shortRange },
  };
  const landmarks = new LandmarkNet(nets.landmarks, file.topology);
  const identity = descriptor
    ? new LazyNet(execution, () => Promise.resolve(descriptorGraph(descriptorTensors(descriptor))))
    : null;
  return {
    detect: (pyramid, options) => detectFaces(detectors, pyramid, options),
    landmarks: (pyramid, start, options) => landmarks.read(pyramid, start, options),
    matte: async (pyramid, square) => (await nets.matte.run(sampleSquare(pyramid, square, matteSize))).matte!,
    describe: identity && ((pyramid, face) => describeFace(identity, pyramid, face)),
    dispose: async () => {
      await Promise.all([...Object.values(nets), ...(identity ? [identity] : [])].map((net) => net.dispose()));
      await asset.close?.();
    },
  };
}
