import type { Camera } from '../../runtime/camera/camera.js';
import { frontalCamera, orbitCamera } from '../../runtime/camera/lookAt.js';
import { mixAnchors } from '../../runtime/latent/alpha/anchors.js';
import type { BorderPolicy } from '../../runtime/latent/alpha/editing.js';
import { projectLatent } from '../../runtime/latent/alpha/projectLatent.js';
import { offsetByDirections, type Amounts } from '../../runtime/latent/directions.js';
import { editPerson, offsetOf } from '../../runtime/latent/personEdit.js';
import type { Tensor } from '../../runtime/core/tensor.js';
import type { Lab } from './lab.js';
import { page, tile, type Tile } from './page.js';

/** Directions with a slider, where the base has them, and how far it goes. */
const offered: readonly (readonly [name: string, most: number])[] = [
  ['smile', 2],
  ['age', 3],
  ['jawOpen', 2],
];
/** Outermost view, radians. */
const widest = Math.PI / 4;

/** Semantic edits in the person's space, seen from several sides. */
export class Editing {
  private readonly _tiles: readonly { readonly one: Tile; readonly camera: Camera }[];
  private readonly _sliders: readonly HTMLInputElement[];
  private readonly _start: Float64Array[];

  constructor(
    private readonly _lab: Lab,
    views: number,
  ) {
    const { stage } = _lab;
    const { byName, groups } = stage.directions;
    this._start = Array<Float64Array>(stage.numWs).fill(startAlpha(_lab));
    this._sliders = offered.filter(([name]) => byName.has(name) || groups.has(name)).map(slider);
    page.sliders.replaceChildren(...this._sliders.map((input) => input.closest('label')!));
    const config = stage.base.config.camera;
    // The middle one, which is measured, is from the front.
    this._tiles = Array.from({ length: views }, (_, i) => {
      const yaw = views === 1 ? 0 : widest * ((2 * i) / (views - 1) - 1);
      return {
        one: tile(`view ${i}`),
        camera: Math.abs(yaw) < 1e-9 ? frontalCamera(config) : orbitCamera(config, yaw, 0),
      };
    });
    page.strip.replaceChildren(...this._tiles.map(({ one }) => one.element));
    for (const input of this._sliders) input.oninput = () => this._show();
    page.policy.onchange = () => this._show();
    this._show();
  }

  private _show(): void {
    const amounts = Object.fromEntries(this._sliders.map(({ name, value }) => [name, Number(value)]));
    const space = page.policy.value;
    this._lab.queue.add('now', 'edit', async () => {
      const { ws, text } = this._edit(amounts, space);
      const shots = await this._lab.stage.take(
        ws,
        this._tiles.map(({ camera }) => camera),
      );
      shots.forEach(({ picture }, i) => this._tiles[i]!.one.show(picture));
      const middle = shots[Math.floor(shots.length / 2)]!;
      page.editNote.textContent = [text, await this._lab.note(ws, middle.face)]
        .filter((part) => part !== '')
        .join('; ');
    });
  }

  private _edit(amounts: Amounts, space: string): { readonly ws: Tensor; readonly text: string } {
    const { stage } = this._lab;
    const start = mixAnchors(stage.anchors, this._start[0]!, stage.numWs);
    if (Object.values(amounts).every((amount) => amount === 0)) return { ws: start, text: '' };
    if (space === 'w') return { ws: offsetByDirections(start, stage.directions, amounts), text: '' };
    const offset = offsetOf(stage.directions, amounts, stage.base);
    const policy = space as BorderPolicy;
    const { ws, share, reach } = editPerson(stage.anchors, this._start, offset, { policy });
    const done = policy === 'stop' ? `, ${Math.round(100 * share)} % done` : '';
    return { ws, text: `the anchors show ${Math.round(100 * reach)} % of it${done}` };
  }
}

/** The person's neutral latent, as weights of their anchors. */
function startAlpha({ stage }: Lab): Float64Array {
  const neutral = stage.person.tensors.get('neutral');
  if (neutral) return projectLatent(stage.anchors, neutral).alpha;
  return new Float64Array(stage.anchors.count).fill(1 / stage.anchors.count);
}

function slider([name, most]: readonly [string, number]): HTMLInputElement {
  const label = document.createElement('label');
  const input = document.createElement('input');
  Object.assign(input, { type: 'range', name, min: String(-most), max: String(most), step: '0.05', value: '0' });
  label.append(name, input);
  return input;
}
