import { meterText, type FaceShot, type IdentityMeter } from '../../personalize/latent/identityMeter.js';
import { personWs } from '../../personalize/portraits.js';
import { frontalCamera } from '../../runtime/camera/lookAt.js';
import type { Tensor } from '../../runtime/core/tensor.js';
import { distanceFromPerson } from '../../runtime/latent/alpha/distance.js';
import type { RenderQueue } from './queue.js';
import type { Stage } from './stage.js';

/** What the three applications share: one person, one queue, one meter. */
export class Lab {
  meter: IdentityMeter | null = null;

  constructor(
    readonly stage: Stage,
    readonly queue: RenderQueue,
    readonly fail: (error: unknown) => void,
  ) {}

  /** What can be said of a latent and its picture: its distance in W, and of faces where the meter is on. */
  async note(ws: Tensor, face: FaceShot): Promise<string> {
    const outside = `outside ${distanceFromPerson(this.stage.anchors, ws).toFixed(2)}`;
    if (!this.meter) return outside;
    return `${outside}, face ${meterText(await this.meter.read(face))}`;
  }

  /** The person's own face, from the front. */
  async reference(): Promise<FaceShot> {
    const { stage } = this;
    const ws = personWs(stage.person, null, stage.numWs);
    const [shot] = await stage.take(ws, [frontalCamera(stage.base.config.camera)]);
    return shot!.face;
  }
}
