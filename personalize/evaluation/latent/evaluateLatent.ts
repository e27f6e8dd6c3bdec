import { AssetError } from '../../../runtime/core/errors.js';
import type { PersonFile } from '../../../runtime/checkpoint/person/person.js';
import type { Tensor } from '../../../runtime/core/tensor.js';
import { anchorsOfPerson } from '../../../runtime/latent/alpha/anchors.js';
import type { BorderPolicy } from '../../../runtime/latent/alpha/editing.js';
import { offsetByDirections, type Directions } from '../../../runtime/latent/directions.js';
import { editPerson, offsetOf } from '../../../runtime/latent/personEdit.js';
import { requireVaried } from '../../../runtime/latent/personLooks.js';
import { FaceStudio } from '../../latent/directions/faceStudio.js';
import type { LayeredAlpha } from '../../latent/fitAlpha.js';
import { IdentityMeter, type FaceShot, type MeterReading } from '../../latent/identityMeter.js';
import { PhotoFitter } from '../../latent/photoFitter.js';
import type { Photo } from '../../photos/photo.js';
import { cameraPitch, cameraYaw, type PhotoInfo } from '../../photos/photoInfo.js';
import type { Studio } from '../../portraits.js';
import type { FaceJudge } from '../judge.js';
import { photoImage } from '../judgedImage.js';
import { interpolationTasks, synthesisTasks, type LatentTask, type TaskCounts } from './latentTasks.js';
import type { LatentRecord, LatentScore } from './records.js';

export interface EvaluateLatentOptions extends TaskCounts {
  readonly person: PersonFile;
  readonly directions: Directions;
  /** Photos that no training saw. */
  readonly photos: readonly Photo[];
  readonly infos: ReadonlyMap<string, PhotoInfo>;
  readonly judges: readonly FaceJudge[];
  /** Side of measured pictures, pixels. */
  readonly side: number;
  /** Neutral photos near the front that are fitted and edited. */
  readonly edits: number;
  /** Amount of the smile in the person's own space, to both sides. */
  readonly amount: number;
  readonly fitSteps: number;
  readonly seed: number;
  /** Of an earlier run with the same options: not measured again. */
  readonly known: readonly LatentRecord[];
  readonly signal?: AbortSignal;
  readonly onRecord: (record: LatentRecord) => Promise<void> | void;
  /** @param fraction 0..1 */
  readonly onProgress?: (fraction: number) => void;
}

const nearFront = (30 * Math.PI) / 180;
const policies: readonly BorderPolicy[] = ['project', 'continue'];

const isNeutral = (info: PhotoInfo | undefined): boolean =>
  Object.values(info?.expression ?? {}).every((amount) => amount <= 0.1);

/** From the front outwards. */
function byAngle(photos: readonly Photo[]): Photo[] {
  const angle = ({ camera }: Photo): number => Math.hypot(cameraYaw(camera), cameraPitch(camera));
  return [...photos].sort((a, b) => angle(a) - angle(b));
}

/**
 * Measures what is done to a person's latents by the distance of faces to their neutral photo from the front: the ceiling
 * (their other photos), random heads of the base, interpolation, synthesis and edits.
 * @returns all records, those known first
 * @throws AssetError without a neutral photo from the front or with anchors that span nothing; the signal's reason
 */
export async function evaluateLatent(studio: Studio, options: EvaluateLatentOptions): Promise<LatentRecord[]> {
  const { person, photos, infos, judges, side, seed, known, signal, onRecord, onProgress } = options;
  const anchors = anchorsOfPerson(person);
  requireVaried(anchors, 'evaluate');
  const neutral = byAngle(photos).filter(({ name }) => isNeutral(infos.get(name)));
  const [reference] = neutral;
  if (!reference || Math.abs(cameraYaw(reference.camera)) > nearFront / 2) {
    throw new AssetError('evaluation/frontal', 'evaluate: expected a neutral test photo from the front, got none.');
  }
  const shotOf = (photo: Photo): FaceShot => ({ image: photoImage(photo, side).image, camera: photo.camera });
  const meter = await IdentityMeter.create(judges, [shotOf(reference)]);
  const records = new Map(known.map((record) => [record.key, record]));
  const keep = async (record: LatentRecord): Promise<void> => {
    records.set(record.key, record);
    await onRecord(record);
  };

  for (const photo of byAngle(photos)) {
    const key = `ceiling ${photo.name}`;
    if (photo === reference || Math.abs(cameraYaw(photo.camera)) > nearFront || records.has(key)) continue;
    const variant = isNeutral(infos.get(photo.name)) ? 'neutral photos within 30°' : 'other photos within 30°';
    const scores = scoresOf(await meter.read(shotOf(photo)));
    await keep({ key, group: 'ceiling', variant, network: 'photo', scores });
  }

  const faces = {
    person: await FaceStudio.open(studio, judges, side, person),
    'frozen base': await FaceStudio.open(studio, judges, side),
  };
  const { numWs } = faces.person.generator.layout;
  let fitter: PhotoFitter | null = null;
  const fits = new Map<Photo, LayeredAlpha>();
  const fitted = async (photo: Photo): Promise<LayeredAlpha> => {
    let fit = fits.get(photo);
    if (!fit) {
      fitter ??= await PhotoFitter.open(studio, person, options.directions);
      fit = await fitter.fit(photo, { steps: options.fitSteps, seed: String(seed), ...(signal ? { signal } : {}) });
      fits.set(photo, fit);
    }
    return fit;
  };
  const edited = neutral.filter(({ camera }) => Math.abs(cameraYaw(camera)) <= nearFront).slice(0, options.edits);
  const tasks: LatentTask[] = [
    ...randomTasks(faces['frozen base'], options.samples, numWs),
    ...interpolationTasks(anchors, numWs, options, seed),
    ...synthesisTasks(anchors, numWs, options, seed),
    ...edited.flatMap((photo) => editTasks(photo, () => fitted(photo), studio, options)),
  ];
  try {
    for (const [i, { key, group, variant, network, ws }] of tasks.entries()) {
      signal?.throwIfAborted();
      if (!records.has(key)) {
        const studioOf = faces[network];
        const image = await studioOf.picture((await ws()).data);
        const scores = scoresOf(await meter.read({ image, camera: studioOf.camera }));
        await keep({ key, group, variant, network, scores });
      }
      onProgress?.((i + 1) / tasks.length);
    }
  } finally {
    await (fitter as PhotoFitter | null)?.dispose();
    await faces.person.dispose();
    await faces['frozen base'].dispose();
  }
  return [...records.values()];
}

const scoresOf = (reading: MeterReading): Record<string, LatentScore> =>
  Object.fromEntries([...reading].map(([name, { distance, face }]) => [name, { distance, happy: face.happy }]));

/** Who the person is not. */
function randomTasks(faces: FaceStudio, count: number, numWs: number): LatentTask[] {
  return Array.from({ length: count }, (_, seed) => ({
    key: `random ${seed}`,
    group: 'random base heads',
    variant: 'psi 0.7',
    network: 'frozen base',
    ws: async () => repeat(await faces.latent(seed, 0.7), numWs),
  }));
}

function repeat(w: Float32Array, numWs: number): Tensor {
  const data = new Float32Array(numWs * w.length);
  for (let row = 0; row < numWs; row++) data.set(w, row * w.length);
  return { dims: [numWs, w.length], data };
}

/** A photo as it was fitted, and with smile added and subtracted: in the person's space by policy, and in W. */
function editTasks(
  photo: Photo,
  fit: () => Promise<LayeredAlpha>,
  { base }: Studio,
  { person, directions, amount }: EvaluateLatentOptions,
): LatentTask[] {
  const anchors = anchorsOfPerson(person);
  const task = (variant: string, edit: (start: LayeredAlpha) => Tensor): LatentTask => ({
    key: `editing ${photo.name} ${variant}`,
    group: 'editing',
    variant,
    network: 'person',
    ws: async () => edit(await fit()),
  });
  const signed = (value: number): string => (value > 0 ? `+${value}` : String(value));
  const inside = [amount, -amount].flatMap((smile) =>
    policies.map((policy) =>
      task(`smile ${signed(smile)}, ${policy}`, ({ alphas }) => {
        return editPerson(anchors, alphas, offsetOf(directions, { smile }, base), { policy }).ws;
      }),
    ),
  );
  const free = [1, -1].map((smile) =>
    task(`smile ${signed(smile)}, in W`, ({ ws }) => {
      // Less than no smile is a smile taken away: unclamped.
      const { data } = offsetOf(directions, { smile }, base);
      return smile > 0
        ? offsetByDirections(ws, directions, { smile })
        : { dims: ws.dims, data: ws.data.map((value, i) => value + data[i % data.length]!) };
    }),
  );
  return [task('fitted', ({ ws }) => ws), ...inside, ...free];
}
