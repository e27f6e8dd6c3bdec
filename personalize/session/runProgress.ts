import { personSteps, type Effort, type PersonalizeOptions } from '../personalizeOptions.js';
import type { Stage, TrainingState } from '../training/trainingState.js';

/** Progress of a run over its stages. */
export class RunProgress {
  readonly curve: { stage: Stage; step: number; loss: number }[];
  private readonly _before: number;
  private readonly _begun = performance.now();
  private readonly _lengths: Readonly<Record<Stage, number>>;
  private _sum: number;
  private _count: number;
  private _first: number | null = null;

  constructor(
    private readonly _options: Pick<PersonalizeOptions, 'onProgress'>,
    effort: Effort,
    photos: number,
    saved: TrainingState | null,
  ) {
    this.curve = [...(saved?.curve ?? [])];
    this._before = saved?.seconds ?? 0;
    [this._sum, this._count] = saved?.pending ?? [0, 0];
    this._lengths = { person: personSteps(effort, photos), anchors: photos * effort.photo, training: effort.training };
  }

  /** Sum and number of the losses since the curve's last point. */
  get pending(): readonly [number, number] {
    return [this._sum, this._count];
  }

  seconds(): number {
    return this._before + (performance.now() - this._begun) / 1000;
  }

  report(stage: Stage, step: number, loss: number): void {
    const { person, anchors, training } = this._lengths;
    const steps = this._lengths[stage];
    const done = step + 1 + (stage === 'person' ? 0 : person) + (stage === 'training' ? anchors : 0);
    const fraction = done / (person + anchors + training);
    this._sum += loss;
    this._count++;
    if (this._count >= steps / 40 || step + 1 === steps) {
      this.curve.push({ stage, step, loss: this._sum / this._count });
      [this._sum, this._count] = [0, 0];
    }
    this._first ??= fraction;
    const part = fraction - this._first;
    const eta = part > 0 ? (((performance.now() - this._begun) / 1000) * (1 - fraction)) / part : null;
    this._options.onProgress?.({ stage, step, steps, loss, fraction, eta });
  }
}
