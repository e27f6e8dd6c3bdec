import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { AssetError } from '../../../runtime/core/errors.js';
import { expectDims, type Tensor } from '../../../runtime/core/tensor.js';
import { cropSquare, fromBox, type Point } from '../crop.js';
import type { FaceBox } from '../faceBox.js';
import { cosineDistance, type FaceJudge, type FaceReading } from '../judge.js';
import { boxAround, faceShape, rollOf, type FacePoints } from '../landmarks.js';
import type { GraphModel, ModelArtifacts, ModelJson, TensorFlow, TfTensor } from './tensorflow.js';
import { resolveTool, startTensorFlow } from './tensorflow.node.js';

const packageName = '@vladmandic/human';

/** Input sides of the three networks. */
const sides = { mesh: 192, faceres: 224, emotion: 64 };

/** The mesh's square to that which the networks take; MediaPipe's own is 1.5. */
const meshScale = 1.5;

/** The emotion network was trained on tighter faces: with 1.5 it takes some neutral heads for happy ones. */
const emotionScale = 1.25;

/** The first look takes more around the camera's box: it may be off by a few per cent. */
const boxScale = 1.25;

/** Index of "happy" among the emotion network's seven. */
const happyIndex = 3;

/** Points of MediaPipe's canonical face mesh (468): 33 and 133 are the corners of the person's right eye. */
function facePoints(p: readonly Point[]): FacePoints {
  return {
    rightEye: [p[33]!, p[133]!],
    leftEye: [p[362]!, p[263]!],
    rightLids: [
      [p[160]!, p[144]!],
      [p[158]!, p[153]!],
    ],
    leftLids: [
      [p[385]!, p[380]!],
      [p[387]!, p[373]!],
    ],
    mouthCorners: [p[61]!, p[291]!],
    lips: [p[13]!, p[14]!],
    noseTip: p[4]!,
  };
}

/** Years: the mean over the network's 100 classes, which tells faces of one class apart. */
function ageOf(classes: ArrayLike<number>): number {
  let [years, sum] = [0, 0];
  for (let i = 0; i < classes.length; i++) {
    years += i * classes[i]!;
    sum += classes[i]!;
  }
  return years / sum;
}

class HumanJudge implements FaceJudge {
  readonly name = 'faceres';
  /** Best balanced accuracy against a frontal neutral photo, three invented people, yaw to 60 degrees. */
  readonly threshold = 0.46;

  constructor(
    private readonly _tf: TensorFlow,
    private readonly _mesh: GraphModel,
    private readonly _faceres: GraphModel,
    private readonly _emotion: GraphModel,
  ) {}

  async look(image: Tensor, box: FaceBox): Promise<FaceReading> {
    expectDims(image, [3, null, null], `${this.name}: image`);
    const first = await this._findMesh(image, { ...box, side: box.side * boxScale });
    const points = await this._findMesh(image, boxAround(first, rollOf(facePoints(first)), meshScale));
    const roll = rollOf(facePoints(points));
    const [descriptor, age, male] = await this._run(
      image,
      boxAround(points, roll, meshScale),
      sides.faceres,
      (input) => {
        const outputs = this._faceres.execute(input) as TfTensor[];
        return [1024, 100, 1].map((size) => outputs.find(({ shape }) => shape[1] === size)!);
      },
    );
    const [emotions] = await this._run(image, boxAround(points, roll, emotionScale), sides.emotion, (input) => {
      // Grey by ITU-R BT.601, -1..1.
      const grey = input.mul(this._tf.tensor1d([0.2989, 0.587, 0.114])).sum(3, true);
      return [this._emotion.execute(grey.div(127.5).sub(1)) as TfTensor];
    });
    return {
      descriptor: descriptor!,
      happy: emotions![happyIndex]!,
      age: ageOf(age!),
      male: male![0]!,
      ...faceShape(facePoints(points)),
    };
  }

  distance(a: FaceReading, b: FaceReading): number {
    return cosineDistance(a.descriptor, b.descriptor);
  }

  close(): Promise<void> {
    for (const model of [this._mesh, this._faceres, this._emotion]) model.dispose();
    return Promise.resolve();
  }

  private async _findMesh(image: Tensor, box: FaceBox): Promise<Point[]> {
    const [mesh] = await this._run(image, box, sides.mesh, (input) => {
      const outputs = this._mesh.execute(input.div(255)) as TfTensor[];
      return [outputs.find(({ shape }) => shape[1] === 1404)!];
    });
    return Array.from({ length: 468 }, (_, i) =>
      fromBox(box, [mesh![3 * i]! / sides.mesh, mesh![3 * i + 1]! / sides.mesh]),
    );
  }

  /** Runs a network on a square of the image, [1, side, side, 3] in 0..255, and reads its outputs. */
  private async _run(
    image: Tensor,
    box: FaceBox,
    side: number,
    network: (input: TfTensor) => TfTensor[],
  ): Promise<Float32Array[]> {
    const pixels = cropSquare(image, box, side);
    const outputs = this._tf.tidy(() => network(this._tf.tensor4d(pixels, [1, side, side, 3])));
    try {
      return await Promise.all(outputs.map(async (output) => (await output.data()) as Float32Array));
    } finally {
      for (const output of outputs) output.dispose();
    }
  }
}

/** A graph model of two files, read without a server. */
async function loadModel(tf: TensorFlow, folder: string, name: string): Promise<GraphModel> {
  try {
    const { modelTopology, weightsManifest, signature, format } = JSON.parse(
      await readFile(join(folder, `${name}.json`), 'utf8'),
    ) as ModelJson;
    const bytes = await Promise.all(
      weightsManifest.flatMap(({ paths }) => paths).map((path) => readFile(join(folder, path))),
    );
    const artifacts: ModelArtifacts = {
      modelTopology,
      weightSpecs: weightsManifest.flatMap(({ weights }) => weights),
      weightData: Uint8Array.from(Buffer.concat(bytes)).buffer,
      ...(signature && { signature }),
      ...(format !== undefined && { format }),
    };
    return await tf.loadGraphModel(tf.io.fromMemory(artifacts));
  } catch (error) {
    throw new AssetError(
      'judge/model',
      `judge: the network ${name} of ${packageName} cannot be read: ${(error as Error).message} Install it anew.`,
      { cause: error },
    );
  }
}

/**
 * HSE-FaceRes (1024 numbers, cosine distance) with MediaPipe's face mesh and an emotion network, from the files of the
 * package @vladmandic/human, run without that library and its detector: the mesh refines the given box once.
 * @throws AssetError where the package is not installed or damaged
 */
export async function humanJudge(): Promise<FaceJudge> {
  const tf = await startTensorFlow();
  const folder = join(dirname(resolveTool(packageName)), '../models');
  const [mesh, faceres, emotion] = await Promise.all([
    loadModel(tf, folder, 'facemesh'),
    loadModel(tf, folder, 'faceres'),
    loadModel(tf, folder, 'emotion'),
  ]);
  return new HumanJudge(tf, mesh, faceres, emotion);
}
