import { encodePng, pictureGrid, type Picture } from '../../runtime/core/picture.js';
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
const queue = new RenderQueue(showError);
let lab: Lab | null = null;

function setState(state: 'loading' | 'rendering' | 'ready' | 'failed', text: string): void {
  document.body.dataset.state = state;
  page.status.textContent = text;
}

function begin(stage: Stage): void {
  queue.clear();
  const one = new Lab(stage, queue, showError);
  lab = one;
  page.meter.checked = false;
  const name = stage.person.metadata.get('name');
  const text = `${stage.anchors.count} anchors${name === undefined ? '' : ` (${name})`}, computed ${stage.place}.`;
  setState('rendering', text);
  new Between(one, parameters.anchors);
  new Editing(one, parameters.views);
  new Wall(one, parameters.wall);
  void queue.whenIdle().then(() => setState('ready', text));
}

/** Every picture of an application in one PNG. */
function save(name: string, canvases: Iterable<HTMLCanvasElement>, columns: number): void {
  const pictures = [...canvases].map(pictureOf).filter((picture): picture is Picture => picture !== null);
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

setState('loading', 'Loading the base.');
Stage.open(parameters).then(begin, (error: unknown) => {
  setState('failed', '');
  showError(error);
});
