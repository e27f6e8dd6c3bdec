import { readFile } from 'node:fs/promises';
import { parseHeadShape, type HeadShape } from '../../../../personalize/photos/cameras/headShape.js';
import { decodeUpright } from '../../../../personalize/photos/decode/decodeUpright.node.js';
import type { UprightPhoto } from '../../../../personalize/photos/decode/uprightPhoto.js';
import { installedDescriptor } from '../../../../personalize/photos/faces/descriptorFiles.node.js';
import { readFaceTopology } from '../../../../personalize/photos/faces/faceAsset.js';
import type { FaceNets } from '../../../../personalize/photos/faces/faceNets.js';
import { openFaceNets } from '../../../../personalize/photos/faces/openFaceNets.js';
import { fileSource } from '../../../../runtime/checkpoint/fileSource.node.js';
import type { Bitmap } from '../../../../runtime/core/bitmap.js';
import { cpu } from '../../../network/runGraph.js';
import type { RawPhoto } from '../raw/rawPhotos.js';

/** The package's own nets and landmarks, dlib's descriptor with them. */
export async function realNets(): Promise<{ nets: FaceNets; shape: HeadShape }> {
  const asset = await fileSource('assets/faces.safetensors');
  const shape = parseHeadShape(await readFile('assets/base.landmarks.json', 'utf8'), await readFaceTopology(asset));
  const descriptor = await installedDescriptor();
  return { nets: await openFaceNets({ execution: await cpu(), asset, descriptor }), shape };
}

export const upright = ({ bytes, name }: RawPhoto): Promise<UprightPhoto> => decodeUpright(bytes, name);

/** The same photo under another name, changed. */
export function changed(photo: UprightPhoto, name: string, change: (picture: Bitmap) => Bitmap): UprightPhoto {
  const picture = change(photo.picture);
  return { ...photo, name, picture, original: { width: picture.width, height: picture.height } };
}

/** Gaussian blur. @param sigma pixels */
export function blurred({ width, height, data }: Bitmap, sigma: number): Bitmap {
  const radius = Math.ceil(3 * sigma);
  const weights = Array.from({ length: 2 * radius + 1 }, (_, i) =>
    Math.exp(-((i - radius) ** 2) / (2 * sigma * sigma)),
  );
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const pass = (from: Uint8Array, across: boolean): Uint8Array => {
    const out = new Uint8Array(from.length).fill(255);
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        for (let c = 0; c < 3; c++) {
          let sum = 0;
          for (let k = -radius; k <= radius; k++) {
            const px = across ? Math.min(width - 1, Math.max(0, x + k)) : x;
            const py = across ? y : Math.min(height - 1, Math.max(0, y + k));
            sum += weights[k + radius]! * from[4 * (py * width + px) + c]!;
          }
          out[4 * (y * width + x) + c] = Math.round(sum / total);
        }
      }
    }
    return out;
  };
  return { width, height, data: pass(pass(data, true), false) };
}

/** Means of squares of pixels. */
export function shrunk({ width, height, data }: Bitmap, factor: number): Bitmap {
  const [w, h] = [Math.floor(width / factor), Math.floor(height / factor)];
  const out = new Uint8Array(4 * w * h).fill(255);
  for (let y = 0; y < h; y++) {
    for (let x = 0; x < w; x++) {
      for (let c = 0; c < 3; c++) {
        let sum = 0;
        for (let j = 0; j < factor; j++) {
          for (let i = 0; i < factor; i++) sum += data[4 * ((y * factor + j) * width + x * factor + i) + c]!;
        }
        out[4 * (y * w + x) + c] = Math.round(sum / factor ** 2);
      }
    }
  }
  return { width: w, height: h, data: out };
}

/** Paints ellipses over a picture. @param at pixels */
export function painted(
  { width, height, data }: Bitmap,
  at: readonly (readonly [x: number, y: number])[],
  radii: readonly [number, number],
  color: readonly [number, number, number],
): Bitmap {
  // A Buffer of Node would share its bytes with a slice.
  const out = Uint8Array.from(data);
  for (const [cx, cy] of at) {
    for (let y = Math.max(0, Math.floor(cy - radii[1])); y < Math.min(height, cy + radii[1]); y++) {
      for (let x = Math.max(0, Math.floor(cx - radii[0])); x < Math.min(width, cx + radii[0]); x++) {
        if (Math.hypot((x - cx) / radii[0], (y - cy) / radii[1]) < 1) out.set(color, 4 * (y * width + x));
      }
    }
  }
  return { width, height, data: out };
}
