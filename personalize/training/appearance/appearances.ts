import { patchError } from '../losses.js';
import type { Target } from '../target.js';
import type { ColorTransform } from './colorTransform.js';
import { PhotoColors } from './photoColors.js';
import type { PhotoView } from './photoView.js';
import { Reliability, type PhotoReliability } from './reliability.js';

/** What is told apart from the person. */
export interface AppearanceOptions {
  /** Each photo has colours of its own. */
  readonly colors: boolean;
  /** Parts of photos that are not the person count less. */
  readonly reliability: boolean;
}

/** How a person's photos show them, learned along with the person. */
export class Appearances {
  private readonly _colors: PhotoColors | null;
  private readonly _reliability: Reliability | null;

  constructor(
    private readonly _targets: readonly Target[],
    { colors, reliability }: AppearanceOptions,
  ) {
    this._colors = colors ? new PhotoColors(_targets.length) : null;
    this._reliability = reliability ? new Reliability(_targets.length) : null;
  }

  of(photo: number): PhotoView {
    const [colors, reliability] = [this._colors, this._reliability];
    return {
      colors: colors?.of(photo) ?? null,
      weights: ({ resolution, pixels }) => reliability?.weights(photo, resolution, pixels) ?? null,
      observe: (rendered, shown, patch, weight) => {
        colors?.observe(photo, rendered, patch.color, weight);
        reliability?.observe(photo, patchError(shown, patch), patch.resolution, patch.pixels);
      },
    };
  }

  /** [3, 4] of each photo; null where colours are not told apart. */
  get transforms(): readonly ColorTransform[] | null {
    const colors = this._colors;
    return colors && this._targets.map((_, i) => colors.of(i));
  }

  /** From here on how far photos are believed stays: what training fits to a cap must not make it a head. */
  freeze(): void {
    if (this._reliability) this._reliability.frozen = true;
  }

  /** Of each photo, in order. */
  reliabilities(): readonly PhotoReliability[] {
    return this._targets.map(({ levels }, i) => {
      const { mask, side } = levels.at(-1)!;
      return this._reliability?.summary(i, mask, side) ?? { weight: 1, covered: 0 };
    });
  }

  /** By name, for `restore`. */
  state(): ReadonlyMap<string, Float32Array> {
    return new Map([
      ...(this._colors ? [['colors', this._colors.state()] as const] : []),
      ...(this._reliability ? [['reliability', this._reliability.state()] as const] : []),
    ]);
  }

  restore(state: ReadonlyMap<string, Float32Array>): void {
    const [colors, reliability] = [state.get('colors'), state.get('reliability')];
    if (colors) this._colors?.restore(colors);
    if (reliability) this._reliability?.restore(reliability);
  }
}

/** Colours of one photo of a person who stays as they are: nothing is shared that could be theirs. */
export class SinglePhotoColors implements PhotoView {
  private readonly _colors = new PhotoColors(1, false);

  get colors(): ColorTransform {
    return this._colors.of(0);
  }

  weights(): null {
    return null;
  }

  observe(...[rendered, , patch, weight]: Parameters<PhotoView['observe']>): void {
    this._colors.observe(0, rendered, patch.color, weight);
  }
}
