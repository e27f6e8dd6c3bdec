import { readFileSync } from 'node:fs';
import { decodeJpeg } from '../personalize/photos/decodeJpeg.js';
import { installedDescriptor } from '../personalize/photos/faces/descriptorFiles.node.js';
import { openFaceNets } from '../personalize/photos/faces/openFaceNets.js';
import { makePyramid } from '../personalize/photos/faces/bitmapPyramid.js';
import { readFaces } from '../personalize/photos/faces/readFaces.js';
import { cutSquare } from '../personalize/photos/faces/sampleSquare.js';
import { fileSource } from '../runtime/checkpoint/fileSource.node.js';
import type { Bitmap } from '../runtime/core/bitmap.js';
import { nodeExecution } from '../runtime/execution/node.js';
import { time, type Timing } from './timing.js';

/** Side of the photo that is measured, pixels: as large as decoded photos are kept. */
const photoSide = 1600;

/** The drawn face of the tests as a photo of a usual size, enlarged by repeating pixels. */
function photoOf(path: string): Bitmap {
  const { width, height, data } = decodeJpeg(readFileSync(path), path);
  const [w, h] = [photoSide, Math.round((photoSide * height) / width)];
  const out = new Uint8Array(w * h * 4);
  for (let y = 0; y < h; y++) {
    for (let x = 0; x < w; x++) {
      const from = (Math.floor((y * height) / h) * width + Math.floor((x * width) / w)) * 4;
      for (let c = 0; c < 4; c++) out[(y * w + x) * 4 + c] = data[from + c]!;
    }
  }
  return { width: w, height: h, data: out };
}

/**
 * What each step takes for a photo on one thread, by the steps' names.
 * @param facePath the face of the tests, a JPEG
 * @param assetPath assets/faces.safetensors
 */
export async function measurePhotoSteps(facePath: string, assetPath: string): Promise<Record<string, Timing>> {
  const asset = await fileSource(assetPath);
  const execution = await nodeExecution({ threads: 1 });
  const nets = await openFaceNets({ execution, asset, descriptor: await installedDescriptor() });
  try {
    const photo = photoOf(facePath);
    const pyramid = makePyramid(photo);
    const [face] = await readFaces(nets, pyramid);
    if (!face) throw new Error(`${facePath}: no face found`);
    const { detected, landmarks } = face;
    const { describe } = nets;
    return {
      pyramid: await time(() => Promise.resolve(makePyramid(photo))),
      detection: await time(() => nets.detect(pyramid)),
      landmarks: await time(() => nets.landmarks(pyramid, detected)),
      ...(describe ? { descriptor: await time(() => describe(pyramid, landmarks)) } : {}),
      matte: await time(() => nets.matte(pyramid, landmarks.region)),
      crop: await time(() => Promise.resolve(cutSquare(pyramid, landmarks.region, 256))),
    };
  } finally {
    await nets.dispose();
  }
}
