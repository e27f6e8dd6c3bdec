import type { Bitmap } from '../../../runtime/core/bitmap.js';
import { HeadError } from '../../../runtime/core/errors.js';
import { fitPhoto, type PhotoFit } from '../cameras/fitView.js';
import { focalPixels } from '../cameras/focalPixels.js';
import type { HeadShape } from '../cameras/headShape.js';
import { labelView } from '../cameras/labelView.js';
import type { LabelledView } from '../cameras/view.js';
import type { UprightPhoto } from '../decode/uprightPhoto.js';
import type { FaceLandmarks, FaceNets, Square } from '../faces/faceNets.js';
import { makePyramid, type BitmapPyramid } from '../faces/bitmapPyramid.js';
import { readFaces } from '../faces/readFaces.js';
import { cutSquare } from '../faces/sampleSquare.js';
import { squareOf } from '../faces/square.js';
import { cutFace, type FaceCut } from './faceCut.js';
import { differenceHash } from './measures/differenceHash.js';
import { facePatch, faceSquare, toPatch } from './measures/facePatch.js';
import { faceTexture, type FaceTexture, type TextureMap } from './measures/faceTexture.js';
import { faceLight, type Light } from './measures/light.js';
import { faceSharpness } from './measures/sharpness.js';

/** One face of a photo, with all that is kept of it once the photo itself is gone. */
export interface SeenFace {
  /** Pixels of the photo. */
  readonly landmarks: FaceLandmarks;
  /** As this face alone tells. */
  readonly fit: PhotoFit;
  readonly labelled: LabelledView;
  /** dlib's 128 numbers; null without that net. */
  readonly descriptor: Float32Array | null;
  readonly sharpness: number;
  readonly light: Light;
  readonly hash: readonly [number, number];
  readonly texture: FaceTexture;
  readonly cut: FaceCut;
  readonly thumbnail: Bitmap;
}

/** A photo that was looked at. */
export interface SeenPhoto {
  readonly file: string;
  /** Pixels of the photo as it was looked at. */
  readonly width: number;
  readonly height: number;
  /** Pixels of the upright file for one of those. */
  readonly scale: number;
  /** EXIF; null where it says nothing. */
  readonly focal: number | null;
  /** Faces large enough to be the person's, largest first. */
  readonly faces: readonly SeenFace[];
  /** Regions of all faces' landmarks, largest first. */
  readonly regions: readonly Square[];
  readonly thumbnail: Bitmap;
}

/** What photos are looked at with. */
export interface Seeing {
  readonly nets: FaceNets;
  readonly shape: HeadShape;
  readonly map: TextureMap;
  /** Side of the final crops, pixels. */
  readonly size: number;
}

export const thumbnailSide = 128;
/** A face smaller than this part of the photo's largest is in the background. */
const background = 0.4;

/** Finds the faces of a photo, measures each and keeps what later steps need of it. */
export async function seePhoto(photo: UprightPhoto, seeing: Seeing): Promise<SeenPhoto> {
  const { width, height } = photo.picture;
  const pyramid = makePyramid(photo.picture);
  const focal = photo.focal35 === null ? null : focalPixels(photo.focal35, width, height);
  const found = (await readFaces(seeing.nets, pyramid)).map(({ landmarks }) => landmarks);
  found.sort((a, b) => b.region.side - a.region.side);
  const faces: SeenFace[] = [];
  for (const landmarks of found) {
    if (landmarks.region.side < background * found[0]!.region.side) break;
    const face = await seeFace(pyramid, landmarks, focal, seeing);
    if (face) faces.push(face);
  }
  return {
    file: photo.name,
    width,
    height,
    scale: photo.original.width / width,
    focal,
    faces,
    regions: found.map(({ region }) => region),
    thumbnail: faces[0]?.thumbnail ?? cutSquare(pyramid, squareOf(photo.picture), thumbnailSide),
  };
}

/** @returns null for landmarks to which no camera belongs */
async function seeFace(
  pyramid: BitmapPyramid,
  landmarks: FaceLandmarks,
  focal: number | null,
  { nets, shape, map, size }: Seeing,
): Promise<SeenFace | null> {
  const fitted = fitOrNull(landmarks, shape, focal);
  if (!fitted) return null;
  const patch = facePatch(pyramid, landmarks);
  const thumbnail = cutSquare(pyramid, fitted.labelled.crop, thumbnailSide);
  const points = toPatch(landmarks.points, faceSquare(landmarks));
  return {
    landmarks,
    ...fitted,
    descriptor: nets.describe ? await nets.describe(pyramid, landmarks) : null,
    sharpness: faceSharpness(patch),
    light: faceLight(patch),
    hash: differenceHash(thumbnail),
    texture: faceTexture(patch, points, shape.triangles, map),
    cut: cutFace(pyramid, fitted.labelled.crop, size),
    thumbnail,
  };
}

function fitOrNull(
  { points }: FaceLandmarks,
  shape: HeadShape,
  focal: number | null,
): Pick<SeenFace, 'fit' | 'labelled'> | null {
  try {
    const fit = fitPhoto(points, shape, focal === null ? {} : { focal });
    return { fit, labelled: labelView(fit.view) };
  } catch (error) {
    if (error instanceof HeadError) return null;
    throw error;
  }
}
