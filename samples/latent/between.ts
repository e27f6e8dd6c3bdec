import { frontalCamera } from '../../runtime/camera/lookAt.js';
import { lookPath, type PathPoint, type LookPath } from '../../runtime/latent/path.js';
import { anchorLook } from '../../runtime/latent/personLooks.js';
import { recordCanvas } from './record.js';
import { download, draw, page, tile, type Tile } from './page.js';
import type { Lab } from './lab.js';

/** Interpolation: a left and a right anchor, and a slider between them that moves latent and camera. */
export class Between {
  private readonly _looks: readonly PathPoint[];
  private _ends: [number, number];
  private _path: LookPath | null = null;

  constructor(
    private readonly _lab: Lab,
    shown: number,
  ) {
    const { stage } = _lab;
    const count = Math.min(shown, stage.anchors.count);
    this._looks = Array.from({ length: count }, (_, i) => {
      const index = Math.floor((i * stage.anchors.count) / count);
      const look = anchorLook(stage.person, index, stage.numWs);
      return { ...look, camera: look.camera ?? frontalCamera(stage.base.config.camera) };
    });
    this._ends = [0, count - 1];
    for (const [side, element] of [page.left, page.right].entries()) this._fill(element, side as 0 | 1);
    page.share.value = '0';
    this._choose(0, 0);
    page.share.oninput = () => this._show();
    page.film.hidden = typeof MediaRecorder === 'undefined';
    page.film.onclick = () => void this._record().catch((error: unknown) => this._lab.fail(error));
  }

  private _fill(element: HTMLElement, side: 0 | 1): void {
    const tiles = this._looks.map((look, i) => {
      const one: Tile = tile(`anchor ${i}`);
      const button = document.createElement('button');
      button.append(one.element);
      button.onclick = () => this._choose(side, i);
      return { one, button, look };
    });
    element.replaceChildren(...tiles.map(({ button }) => button));
    for (const { one, look } of tiles) {
      this._lab.queue.add('later', null, async () => {
        const [shot] = await this._lab.stage.take(look.ws, [look.camera!]);
        one.show(shot!.picture);
      });
    }
  }

  private _choose(side: 0 | 1, index: number): void {
    this._ends[side] = index;
    for (const [s, element] of [page.left, page.right].entries()) {
      [...element.children].forEach((button, i) => button.setAttribute('aria-pressed', String(i === this._ends[s])));
    }
    this._path = lookPath(this._ends.map((end) => this._looks[end]!));
    this._show();
  }

  private _show(): void {
    const share = Number(page.share.value);
    this._lab.queue.add('now', 'between', () => this._draw(share));
  }

  private async _draw(share: number): Promise<void> {
    const look = this._path!.pathAt(share);
    const [shot] = await this._lab.stage.take(look.ws, [look.camera!]);
    draw(page.between, shot!.picture);
    page.between.dataset.drawn = 'true';
    page.betweenNote.textContent = await this._lab.note(look.ws, shot!.face);
  }

  /** There and back, as a video of what the canvas shows. */
  private async _record(): Promise<void> {
    const frames = 30;
    page.film.disabled = true;
    try {
      const video = await recordCanvas(page.between, frames, (i) => {
        const share = 1 - Math.abs((2 * i) / (frames - 1) - 1);
        return new Promise((done) => {
          this._lab.queue.add('now', null, () => this._draw(share).finally(done));
        });
      });
      download('between.webm', [video], video.type);
    } finally {
      page.film.disabled = false;
    }
  }
}
