import { frontalCamera } from '../../runtime/camera/lookAt.js';
import { mixAnchors } from '../../runtime/latent/alpha/anchors.js';
import { sampleAlphas, type SamplingMethod } from '../../runtime/latent/alpha/sampling.js';
import type { Lab } from './lab.js';
import { page, tile } from './page.js';

/** Synthesis: a wall of samples of the person's space, which fills while they are rendered. */
export class Wall {
  private _seed = 0;
  /** Counts the walls begun: pictures of an older one are not made any more. */
  private _turn = 0;

  constructor(
    private readonly _lab: Lab,
    private readonly _count: number,
  ) {
    page.again.onclick = () => {
      this._seed++;
      this._fill();
    };
    page.method.onchange = page.beta.onchange = () => this._fill();
    this._fill();
  }

  private _fill(): void {
    const turn = ++this._turn;
    const { stage, queue } = this._lab;
    const method = page.method.value as SamplingMethod;
    const beta = Number(page.beta.value);
    const alphas = sampleAlphas(stage.anchors, this._count, { seed: this._seed, method, beta });
    const tiles = alphas.map((alpha, i) => ({ alpha, one: tile(`sample ${i}`) }));
    page.wall.replaceChildren(...tiles.map(({ one }) => one.element));
    for (const { alpha, one } of tiles) {
      queue.add('later', null, async () => {
        if (turn !== this._turn) return;
        const ws = mixAnchors(stage.anchors, alpha, stage.numWs);
        const [shot] = await stage.take(ws, [frontalCamera(stage.base.config.camera)]);
        one.show(shot!.picture);
        one.note(await this._lab.note(ws, shot!.face));
      });
    }
  }
}
