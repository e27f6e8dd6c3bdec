import { page } from './page.js';
import type { PersonalizeParameters } from './parameters.js';
import type { ShownHead } from './showHead.js';
import { errorText } from './texts.js';

/** The finished head: it turns and smiles until the user takes it. Where there is no WebGPU the preview stays. */
export class HeadStage {
  private _shown: ShownHead | null = null;
  /** Counts the heads that were to be shown: the newest wins. */
  private _presented = 0;
  private readonly _sliders = [...page.scene.querySelectorAll<HTMLInputElement>('input[type=range]')];

  constructor(private readonly _parameters: PersonalizeParameters) {
    for (const slider of this._sliders) {
      slider.addEventListener('input', () => {
        this._play(false);
        this._setExpression();
      });
    }
    page.play.addEventListener('click', () => this._play(page.play.getAttribute('aria-pressed') !== 'true'));
  }

  clear(): void {
    this._presented++;
    this._shown?.dispose();
    this._shown = null;
    page.scene.hidden = true;
    delete page.scene.dataset.ready;
    page.notice.textContent = '';
  }

  /** @param head bytes of a .head file */
  async present(head: Uint8Array): Promise<void> {
    this.clear();
    const turn = this._presented;
    const canvas = document.createElement('canvas');
    canvas.tabIndex = 0;
    canvas.setAttribute('aria-label', 'The head. Drag or use the arrow keys to turn it.');
    for (const event of ['pointerdown', 'keydown', 'wheel']) {
      canvas.addEventListener(event, () => this._play(false), { passive: true });
    }
    page.scene.querySelector('canvas')!.replaceWith(canvas);
    page.scene.hidden = false;
    try {
      const { showHead } = await import('./showHead.js');
      const opened = await showHead(canvas, head, this._parameters, {
        onError: (error) => (page.notice.textContent = error.message),
        onSmile: (smile) => {
          for (const slider of this._sliders) if (slider.name === 'smile') slider.value = smile.toFixed(2);
        },
      });
      if (turn !== this._presented) {
        opened.dispose();
        return;
      }
      this._shown = opened;
      this._setExpression();
      this._play(!matchMedia('(prefers-reduced-motion: reduce)').matches);
      page.scene.dataset.ready = 'true';
    } catch (error) {
      if (turn !== this._presented) return;
      page.scene.hidden = true;
      page.notice.textContent = `The head cannot be shown in 3D here, only as a picture. ${errorText(error)}`;
    }
  }

  private _setExpression(): void {
    this._shown?.setExpression(Object.fromEntries(this._sliders.map(({ name, value }) => [name, Number(value)])));
  }

  private _play(plays: boolean): void {
    page.play.setAttribute('aria-pressed', String(plays));
    this._shown?.play(plays);
  }
}
