import type { Camera } from '../../runtime/camera/camera.js';
import type { PersonFile } from '../../runtime/checkpoint/person/person.js';
import type { Tensor } from '../../runtime/core/tensor.js';
import { Generator } from '../../runtime/generator/generator.js';
import { HeadRenderer, type Portrait } from '../../runtime/generator/headRenderer.js';
import { personAdaptation, personFeeds } from '../../runtime/network/person.js';
import { invertPhoto, type SeededFitting } from '../inversion/anchors.js';
import { hasEstimatedCameras, inPersonFrame } from '../inversion/personFrame.js';
import type { LatentSpace } from '../inversion/latentSpace.js';
import type { Photo } from '../photos/photo.js';
import type { PhotoInfo } from '../photos/photoInfo.js';
import { recolored, type Studio } from '../portraits.js';
import { SinglePhotoColors } from '../training/appearance/appearances.js';
import { DifferentiableHead } from '../training/differentiableHead.js';
import { defaultWeights } from '../training/losses.js';
import { trainingSettings } from '../training/trainingSettings.js';
import { meanVector } from '../vectors.js';

/** A held-out photo and the photo whose latent it is rendered from: itself, or the frontal one of its series. */
export interface HeldOut {
  readonly photo: Photo;
  readonly fittedOn: Photo;
}

/**
 * What is fitted and what is rendered. Photos of a regular series of views are rendered from the latent of its frontal
 * photo: novel views. The others are fitted themselves, `most` of them, evenly: reconstructions.
 */
export function heldOutPlan(
  photos: readonly Photo[],
  infos: ReadonlyMap<string, PhotoInfo>,
  yawOf: (photo: Photo) => number,
  most: number,
): HeldOut[] {
  const series = new Map<string, Photo[]>();
  const single: Photo[] = [];
  for (const photo of photos) {
    const info = infos.get(photo.name);
    if (!info?.grid) {
      single.push(photo);
      continue;
    }
    const key = JSON.stringify(Object.entries(info.expression).sort());
    series.set(key, [...(series.get(key) ?? []), photo]);
  }
  const views = [...series.values()].flatMap((members) => {
    const frontal = members.reduce((best, photo) => (Math.abs(yawOf(photo)) < Math.abs(yawOf(best)) ? photo : best));
    return members.map((photo) => ({ photo, fittedOn: frontal }));
  });
  const count = Math.min(most, single.length);
  const chosen = Array.from({ length: count }, (_, i) => single[Math.floor((i * single.length) / count)]!);
  return [...views, ...chosen.map((photo) => ({ photo, fittedOn: photo }))];
}

export interface HeldOutOptions {
  /** v [wDim] that every fit starts from: the person's mean anchor. */
  readonly start: Float32Array;
  /** Steps of each fit. */
  readonly steps: number;
  readonly resolution: number;
  readonly seed: string;
  readonly signal?: AbortSignal;
  readonly onProgress?: (fraction: number) => void;
}

/**
 * The mean of a person's anchors as their file has them: the same numbers counted from another origin are another face.
 * @returns v [wDim]
 */
export function meanAnchor(person: PersonFile, latent: LatentSpace): Float32Array {
  const { data } = person.tensors.get('anchors')!;
  const { wDim } = latent.layout;
  const rows = Array.from({ length: data.length / wDim }, (_, row) => data.subarray(row * wDim, (row + 1) * wDim));
  return latent.fromW(meanVector(rows));
}

/** Fits latents to held-out photos with the person's network frozen, and renders them. In the plan's order. */
export async function renderHeldOut(
  studio: Studio,
  person: PersonFile,
  latent: LatentSpace,
  plan: readonly HeldOut[],
  options: HeldOutOptions,
): Promise<Portrait[]> {
  const { base, execution, device } = studio;
  const { start, steps, resolution, seed, signal, onProgress } = options;
  const settings = trainingSettings(base);
  const fitted = [...new Set(plan.map(({ fittedOn }) => fittedOn))];
  const rays = hasEstimatedCameras(person);
  const parts = { base, execution, adaptation: personAdaptation(person), settings, wrt: ['ws'], rays };
  const head = await DifferentiableHead.create({ ...parts, ...(device ? { device } : {}) });
  const fitting: SeededFitting = {
    head,
    variables: personFeeds(person, latent.layout),
    latent,
    settings,
    weights: defaultWeights,
    prior: 1e-3,
    patch: 32,
    seed,
  };
  const total = fitted.length + plan.length / 4;
  const latents = new Map<Photo, Tensor>();
  // A person whose photos have colours of their own is compared in the held-out photo's.
  const colors = new Map<Photo, SinglePhotoColors>();
  const cameras = new Map<Photo, Camera>();
  try {
    for (const photo of fitted) {
      const view = person.tensors.has('colors') ? new SinglePhotoColors() : null;
      if (view) colors.set(photo, view);
      const seen = view ? { ...fitting, view: () => view } : fitting;
      const { target, camera } = inPersonFrame(person, photo);
      const stage = { steps, ...(camera ? { camera } : {}), ...(signal ? { signal } : {}) };
      latents.set(photo, latent.toWs(await invertPhoto(seen, target, start, stage)));
      cameras.set(photo, camera?.camera ?? target.camera);
      onProgress?.(latents.size / total);
    }
  } finally {
    await head.dispose();
  }
  const generator = new Generator(base, execution, { person });
  const headRenderer = await HeadRenderer.create(generator, {
    resolution,
    follow: true,
    ...(device ? { device } : {}),
  });
  const portraits: Portrait[] = [];
  try {
    let seated: Photo | null = null;
    for (const { photo, fittedOn } of plan) {
      if (seated !== fittedOn) await headRenderer.setFace(latents.get(fittedOn)!);
      seated = fittedOn;
      const camera = cameras.get(photo) ?? inPersonFrame(person, photo).target.camera;
      const portrait = await headRenderer.render(camera, signal ? { signal } : {});
      const view = colors.get(fittedOn);
      portraits.push(view ? recolored(portrait, view.colors) : portrait);
      onProgress?.((fitted.length + portraits.length / 4) / total);
    }
  } finally {
    await headRenderer.dispose();
    await generator.dispose();
  }
  return portraits;
}
