import { efforts, type Effort } from '../../personalize/personalize.js';
import { fileListBlobs } from '../../personalize/photos/fileList.js';
import type { Photo } from '../../personalize/photos/photo.js';
import { createPersonalizeWorker, personalizeInWorker, readPhotosInWorker } from '../../personalize/worker/client.js';
import type { Opened } from '../../personalize/worker/protocol.js';
import { assets } from './assets.js';
import { droppedFiles } from './droppedFiles.js';
import { LossCurve } from './lossCurve.js';
import { offerDownload, page, showError, showProblems, showState, showStatus, type PageState } from './page.js';
import { readParameters, type EffortName } from './parameters.js';
import { drawPicture, thumbnail } from './pictures.js';
import type { ShownHead } from './showHead.js';
import { countText, errorText, stageText, stepText, timeText } from './texts.js';

/** Photos are learned from at this side. */
const resolution = 128;

const parameters = readParameters(location.search);
const curve = new LossCurve(page.curve);
let worker: Worker | null = null;
let abort: AbortController | null = null;
let photos: readonly Photo[] = [];
/** Of a run that was stopped: what it goes on from. */
let saved: Uint8Array | null = null;
let shown: ShownHead | null = null;
/** Counts the heads that were to be shown: the newest wins. */
let presented = 0;

const chosenEffort = (): Effort => {
  const name = page.effort.querySelector<HTMLInputElement>('input:checked')!.value as EffortName;
  return { ...efforts[name], ...parameters.steps };
};

/** Runs one thing at a time; whatever goes wrong is shown, and the page goes on from the state it then is in. */
async function during(state: PageState, act: (signal: AbortSignal) => Promise<PageState>): Promise<void> {
  if (abort) return;
  abort = new AbortController();
  const { signal } = abort;
  showError(null);
  showState(state);
  page.progress.removeAttribute('value');
  let next: PageState;
  try {
    next = await act(signal);
  } catch (error) {
    next = photos.length === 0 ? 'empty' : saved ? 'stopped' : 'ready';
    showStatus(signal.aborted ? 'Stopped.' : '');
    if (!signal.aborted) {
      showError(errorText(error));
      // It may be what failed.
      worker?.terminate();
      worker = null;
    }
  }
  abort = null;
  showState(next);
}

function forget(): void {
  saved = null;
  offerDownload(null);
  hideHead();
  curve.clear();
  page.pictures.hidden = true;
}

function hideHead(): void {
  presented++;
  shown?.dispose();
  shown = null;
  page.scene.hidden = true;
  delete page.scene.dataset.ready;
  page.notice.textContent = '';
}

function read(filesOf: () => Promise<ReadonlyMap<string, Blob>>): Promise<void> {
  return during('reading', async (signal) => {
    photos = [];
    forget();
    page.photos.replaceChildren();
    showProblems([]);
    showStatus('Reading the photos');
    worker ??= createPersonalizeWorker();
    const set = await readPhotosInWorker(worker, {
      files: await filesOf(),
      size: resolution,
      signal,
      onPhoto: ({ name, picture }) => page.photos.append(thumbnail(name, picture)),
      onProgress: (fraction) => (page.progress.value = fraction),
    });
    photos = set.photos;
    showProblems(set.problems);
    showStatus(`${countText(photos.length, 'photo', 'photos')} read.`);
    return 'ready';
  });
}

const placeText = ({ execution, threads }: Opened): string =>
  execution === 'webgpu'
    ? 'Computing on the graphics card.'
    : `Computing on the processor (${countText(threads, 'thread', 'threads')}): no graphics card is offered to this page.`;

function learn(): Promise<void> {
  return during('running', async (signal) => {
    const resume = saved;
    if (!resume) forget();
    hideHead();
    showStatus('Loading the base');
    worker ??= createPersonalizeWorker();
    const { head, completed, seconds } = await personalizeInWorker(worker, {
      base: assets.base,
      directions: assets.directions,
      wasmPaths: assets.wasmPaths,
      backend: parameters.backend,
      photos,
      effort: chosenEffort(),
      resolution,
      signal,
      ...(parameters.preview === undefined ? {} : { previewSize: parameters.preview }),
      ...(resume ? { resume } : {}),
      onOpened: (opened) => (page.place.textContent = placeText(opened)),
      onProgress: (progress) => {
        curve.add(progress);
        page.progress.value = progress.fraction;
        showStatus(stageText(progress.stage), stepText(progress));
      },
      onPreview: ({ neutral, anchor }) => {
        page.pictures.hidden = false;
        drawPicture(page.neutral, neutral);
        drawPicture(page.anchor, anchor);
      },
      onState: (state) => (saved = state),
    });
    if (completed) saved = null;
    offerDownload(head);
    showStatus(
      completed
        ? `Learned in ${timeText(seconds).replace('about ', '')}.`
        : 'Stopped early: the head is what was learned until now.',
    );
    void present(head);
    return completed ? 'done' : 'stopped';
  });
}

/** Into a scene where there is WebGPU; elsewhere the preview stays. */
async function present(head: Uint8Array): Promise<void> {
  const turn = ++presented;
  const canvas = document.createElement('canvas');
  canvas.tabIndex = 0;
  canvas.setAttribute('aria-label', 'The head. Drag or use the arrow keys to turn it.');
  page.scene.querySelector('canvas')!.replaceWith(canvas);
  page.scene.hidden = false;
  try {
    const { showHead } = await import('./showHead.js');
    const opened = await showHead(canvas, head, parameters, (error) => (page.notice.textContent = error.message));
    if (turn !== presented) {
      opened.dispose();
      return;
    }
    shown = opened;
    setExpression();
    page.scene.dataset.ready = 'true';
  } catch (error) {
    if (turn !== presented) return;
    page.scene.hidden = true;
    page.notice.textContent = `The head cannot be shown in 3D here, only as a picture. ${errorText(error)}`;
  }
}

const sliders = [...page.scene.querySelectorAll<HTMLInputElement>('input[type=range]')];

function setExpression(): void {
  shown?.setExpression(Object.fromEntries(sliders.map(({ name, value }) => [name, Number(value)])));
}

for (const slider of sliders) slider.addEventListener('input', setExpression);

page.folder.addEventListener('change', () => {
  const files = [...(page.folder.files ?? [])];
  // The same folder may be picked again after a change in it.
  page.folder.value = '';
  if (files.length > 0) void read(() => Promise.resolve().then(() => fileListBlobs(files)));
});
page.drop.addEventListener('dragover', (event) => {
  event.preventDefault();
  page.drop.classList.add('over');
});
page.drop.addEventListener('dragleave', () => page.drop.classList.remove('over'));
page.drop.addEventListener('drop', (event) => {
  event.preventDefault();
  page.drop.classList.remove('over');
  if (!event.dataTransfer || abort) return;
  const files = droppedFiles(event.dataTransfer);
  // Whoever reads them hears of a failure.
  files.catch(() => undefined);
  void read(() => files);
});
page.effort.querySelector<HTMLInputElement>(`input[value=${parameters.effort}]`)!.checked = true;
page.effort.addEventListener('change', () => {
  // Another effort is another run.
  saved = null;
  if (document.body.dataset.state === 'stopped') showState('ready');
});
page.start.addEventListener('click', () => void learn());
page.cancel.addEventListener('click', () => {
  abort?.abort();
  page.cancel.disabled = true;
  showStatus('Stopping');
});
showState('empty');
