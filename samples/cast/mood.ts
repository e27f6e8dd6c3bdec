import { emotionAmounts, FaceBehavior, mixAmounts, type Emotion, type FaceContribution } from '../../plugin/index.js';

/** Seconds in which a mood changes about two thirds of its way. */
const moodTime = 0.35;

/** An emotion that comes and goes slowly. All it takes to write a behaviour of one's own. */
export class MoodBehavior extends FaceBehavior {
  readonly name = 'Mood';
  /** null: none in particular. */
  emotion: Emotion | null = null;
  private _face: FaceContribution['expression'] = {};

  restart(): void {
    this._face = {};
  }

  advance(seconds: number): FaceContribution {
    const share = 1 - Math.exp(-seconds / moodTime);
    const wanted = this.emotion ? emotionAmounts[this.emotion] : {};
    this._face = mixAmounts([
      [this._face ?? {}, 1 - share],
      [wanted, share],
    ]);
    return { expression: this._face };
  }
}
