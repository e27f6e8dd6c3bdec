import { encodePng, pictureGrid, type Bitmap } from '../../runtime/core/bitmap.js';
import { Between } from './between.js';
import { Editing } from './editing.js';
import { Lab } from './lab.js';
import { openMeter } from './meter.js';
import { download, page, pictureOf, showError } from './page.js';
import { readParameters } from './parameters.js';
import { RenderQueue } from './queue.js';
import { Stage } from './stage.js';
import { Wall } from './wall.js';

const parameters = readParameters(location.search);
const queue = new RenderQueue(showError, (busy) => setState(busy ? 'rendering' : 'ready'));
let lab: Lab | null = null;

/** What the page is at; tests read it. */
function setState(state: 'loading' | 'rendering' | 'ready' | 'failed'): void {
  document.body.dataset.state = state;
}

function begin(stage: Stage): void {
  queue.clear();
  const one = new Lab(stage, queue, showError);
  lab = one;
  page.meter.checked = false;
  const name = stage.person.metadata.get('name');
  page.status.textContent = `${stage.anchors.count} anchors${name === undefined ? '' : ` (${name})`}, computed ${stage.place}.`;
  new Between(one, parameters.anchors);
  new Editing(one, parameters.views);
  new Wall(one, parameters.wall);
}

/** Every picture of an application in one PNG. */
function save(name: string, canvases: Iterable<HTMLCanvasElement>, columns: number): void {
  const pictures = [...canvases].map(pictureOf).filter((picture): picture is Bitmap => picture !== null);
  if (pictures.length === 0) return;
  const rows = Array.from({ length: Math.ceil(pictures.length / columns) }, (_, i) =>
    pictures.slice(i * columns, (i + 1) * columns),
  );
  download(name, [Uint8Array.from(encodePng(pictureGrid(rows)))], 'image/png');
}

page.saveBetween.onclick = () => save('between.png', [page.between], 1);
page.saveWall.onclick = () => save('samples.png', page.wall.querySelectorAll('canvas'), 4);
page.saveEdit.onclick = () => save('edit.png', page.strip.querySelectorAll('canvas'), 20);

page.meter.onchange = () => {
  const one = lab;
  if (!one) return;
  if (!page.meter.checked) {
    one.meter = null;
    return;
  }
  page.meter.disabled = true;
  queue.add('now', null, async () => {
    try {
      one.meter = await openMeter(await one.reference());
      page.share.dispatchEvent(new Event('input'));
      page.policy.dispatchEvent(new Event('change'));
    } catch (error) {
      page.meter.checked = false;
      throw error;
    } finally {
      page.meter.disabled = false;
    }
  });
};

page.head.onchange = () => {
  const file = page.head.files?.[0];
  const one = lab;
  page.head.value = '';
  if (!file || !one) return;
  showError(null);
  queue.clear();
  queue.add('now', 'person', async () => {
    const stage = await one.stage.withPerson(file);
    setTimeout(() => begin(stage));
  });
};

setState('loading');
page.status.textContent = 'Loading the base.';
Stage.open(parameters).then(begin, (error: unknown) => {
  setState('failed');
  page.status.textContent = '';
  showError(error);
});
