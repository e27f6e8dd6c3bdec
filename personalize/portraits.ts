import type { Camera } from '../runtime/camera/camera.js';
import type { Base } from '../runtime/checkpoint/base/base.js';
import type { PersonFile } from '../runtime/checkpoint/person/person.js';
import { frontalCamera } from '../runtime/camera/lookAt.js';
import { encodePng, bitmapOf, pictureGrid, type Background, type Bitmap } from '../runtime/core/bitmap.js';
import type { Tensor } from '../runtime/core/tensor.js';
import type { Execution } from '../runtime/execution/execution.js';
import { expressedFace, type Added } from '../runtime/expression/expressedFace.js';
import { Generator } from '../runtime/generator/generator.js';
import { HeadRenderer, type Portrait } from '../runtime/generator/headRenderer.js';
import type { Amounts, Directions } from '../runtime/latent/directions.js';
import type { HeadProxy } from '../runtime/proxy/proxy.js';
import type { Photo } from './photos/photo.js';
import { areaAverage } from './photos/shrink.js';
import {
  applyColors,
  identityTransform,
  transformSize,
  type ColorTransform,
} from './training/appearance/colorTransform.js';

/** Where and how a person's pictures are rendered. */
export interface Studio {
  readonly base: Base;
  readonly execution: Execution;
  readonly device?: GPUDevice;
  /** Of the base; what was learned of a person moves along with expressions that are added. */
  readonly proxy?: HeadProxy;
}

/** One picture to take. */
export interface PortraitView {
  /** [numWs, wDim] */
  readonly ws: Tensor;
  /** What of it is an expression that was added to a look. */
  readonly added?: Added;
  readonly camera: Camera;
}

/**
 * A look with expressions and attributes added.
 * @param ws [numWs, wDim]
 * @throws AssetError for a name that the directions do not have
 */
export function expressedView(ws: Tensor, directions: Directions, amounts: Amounts, camera: Camera): PortraitView {
  const face = expressedFace(ws, directions, amounts);
  return { ws: face.ws, added: face, camera };
}

/** Renders a person from some latents and cameras, one after the other. */
export async function renderPortraits(
  { base, execution, device, proxy }: Studio,
  person: PersonFile,
  views: readonly PortraitView[],
  resolution: number,
): Promise<Portrait[]> {
  const generator = new Generator(base, execution, { person });
  const headRenderer = await HeadRenderer.create(generator, {
    ...{ resolution, crop: true },
    ...(proxy ? { proxy } : {}),
    ...(device ? { device } : {}),
  });
  const portraits: Portrait[] = [];
  try {
    for (const { ws, added, camera } of views) {
      await headRenderer.setFace(ws, added);
      portraits.push(await headRenderer.render(camera));
    }
  } finally {
    await headRenderer.dispose();
    await generator.dispose();
  }
  return portraits;
}

/**
 * A row of the anchors or the neutral latent as ws.
 * @param index of an anchor; null: the neutral latent
 * @returns [numWs, wDim]
 */
export function personWs(person: PersonFile, index: number | null, numWs: number): Tensor {
  const source = index === null ? person.tensors.get('neutral')! : person.tensors.get('anchors')!;
  const wDim = source.dims.at(-1)!;
  const size = index === null ? wDim : source.dims[1]! * wDim;
  const from = source.data.subarray((index ?? 0) * size, (index ?? 0) * size + size);
  return { dims: [numWs, wDim], data: Float32Array.from({ length: numWs * wDim }, (_, i) => from[i % size]!) };
}

/** [3, 4] of an anchor, that makes of its colours those of its photo; the identity where the file holds none. */
export function anchorColors(person: PersonFile, index: number): ColorTransform {
  const colors = person.tensors.get('colors');
  return colors?.data.slice(index * transformSize, (index + 1) * transformSize) ?? identityTransform();
}

/** A portrait in the colours of a photo. */
export function recolored(portrait: Portrait, colors: ColorTransform): Portrait {
  const { data: alpha } = portrait.alpha;
  const shown = ({ dims, data }: Tensor): Tensor => {
    // A super-resolved image is larger than its alpha.
    const side = dims.at(-1)!;
    const own = portrait.alpha.dims.at(-1)!;
    const coverage = side === own ? alpha : enlarged(alpha, own, side);
    return { dims, data: applyColors({ features: data, alpha: coverage, depth: coverage }, colors).features };
  };
  const imageRaw = shown(portrait.imageRaw);
  return { ...portrait, imageRaw, image: portrait.image === portrait.imageRaw ? imageRaw : shown(portrait.image) };
}

/** The nearest pixel's value. */
const enlarged = (values: Float32Array, from: number, to: number): Float32Array =>
  Float32Array.from({ length: to * to }, (_, i) => {
    const [x, y] = [i % to, Math.floor(i / to)].map((at) => Math.floor(((at + 0.5) * from) / to)) as [number, number];
    return values[y * from + x]!;
  });

const grey: Background = [0.5, 0.5, 0.5];
const thumbnailSide = 96;

const numWsOf = (studio: Studio): number => new Generator(studio.base, studio.execution).layout.numWs;

/** The person with a picture of the neutral face from the front in its metadata: `thumbnail`, a PNG as a data URL. */
export async function withThumbnail(studio: Studio, person: PersonFile): Promise<PersonFile> {
  const view = { ws: personWs(person, null, numWsOf(studio)), camera: frontalCamera(studio.base.config.camera) };
  const [portrait] = await renderPortraits(studio, person, [view], thumbnailSide);
  const png = encodePng(bitmapOf(portrait!.imageRaw, portrait!.alpha, 'transparent'));
  const text = btoa(Array.from(png, (byte) => String.fromCharCode(byte)).join(''));
  return { ...person, metadata: new Map([...person.metadata, ['thumbnail', `data:image/png;base64,${text}`]]) };
}

/** A photo over grey, at `side`, where its mask lets it through. */
export function photoBitmap({ image, mask }: Photo, side: number): Bitmap {
  const [small, coverage] = [areaAverage(image, side), mask && areaAverage(mask, side)];
  const area = side * side;
  const data = small.data.map((value, i) => ((value + 1) / 2) * (coverage ? coverage.data[i % area]! : 1) * 2 - 1);
  return bitmapOf({ dims: small.dims, data }, coverage, grey);
}

/** Some photos above what was learned of them, evenly from first to last. */
export async function personSheet(
  studio: Studio,
  person: PersonFile,
  photos: readonly Photo[],
  { columns = 8, side = 128 } = {},
): Promise<Bitmap> {
  const count = Math.min(columns, photos.length);
  const chosen = Array.from({ length: count }, (_, i) => Math.floor((i * photos.length) / count));
  const numWs = numWsOf(studio);
  const views = chosen.map((i) => ({ ws: personWs(person, i, numWs), camera: photos[i]!.camera }));
  const shown = Math.min(side, ...chosen.map((i) => photos[i]!.image.dims.at(-1)!));
  const portraits = await renderPortraits(studio, person, views, shown);
  return pictureGrid([
    chosen.map((i) => photoBitmap(photos[i]!, shown)),
    portraits.map((portrait, i) => {
      const { imageRaw, alpha } = recolored(portrait, anchorColors(person, chosen[i]!));
      return bitmapOf(imageRaw, alpha, grey);
    }),
  ]);
}
