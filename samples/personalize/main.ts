import { efforts, type Effort } from '../../personalize/personalize.js';
import { fileListBlobs } from '../../personalize/photos/fileList.js';
import { createPersonalizeWorker, personalizeInWorker } from '../../personalize/worker/client.js';
import { findHardwareAdapter } from '../../personalize/worker/hardwareAdapter.js';
import type { Opened } from '../../personalize/worker/protocol.js';
import { assets } from './assets.js';
import { guidedCapture } from './capture/guidedCapture.js';
import { droppedFiles } from './droppedFiles.js';
import { allSteps, rememberStep, stepSeconds, type Place } from './estimate.js';
import { HeadStage } from './headStage.js';
import { Intake } from './intake.js';
import { LossCurve } from './lossCurve.js';
import { offerDownload, page, showError, showState, showStatus, type PageState } from './page.js';
import { readParameters, type EffortName } from './parameters.js';
import { drawPicture } from './pictures.js';
import { ServiceRun } from './serviceRun.js';
import { countText, errorText, stageText, stepText, timeText } from './texts.js';

/** Photos are learned from at this side. */
const resolution = 128;

const parameters = readParameters(location.search);
const curve = new LossCurve(page.curve);
const stage = new HeadStage(parameters);
let worker: Worker | null = null;
let abort: AbortController | null = null;
let current: PageState = 'empty';
/** Of a run that was stopped: what it goes on from. */
let saved: Uint8Array | null = null;
let place: Place = 'wasm';

const openWorker = (): Worker => (worker ??= createPersonalizeWorker());

const intake = new Intake({
  resolution,
  backend: parameters.backend,
  worker: openWorker,
  onChange: () => {
    // Other photos are another run.
    saved = null;
    enter(current === 'stopped' ? 'ready' : current);
  },
  onPerson: (person) => void during('reading', (signal) => intake.choosePerson(person, signal)),
});

const byService = parameters.service === null ? null : new ServiceRun(parameters.service);

/** The photos that a head is to be learned from, here or by a service. */
const source = byService ?? intake;

const effortOf = (name: EffortName): Effort => ({ ...efforts[name], ...parameters.steps });

const chosenEffort = (): EffortName =>
  page.effort.querySelector<HTMLInputElement>('input:checked')!.value as EffortName;

function enter(state: PageState): void {
  current = state;
  showState(state, source.count > 0);
  intake.canChoose = state === 'ready' || state === 'stopped' || state === 'done';
  showEstimate();
}

/** How long each effort takes, and why this is believed. */
function showEstimate(): void {
  if (byService || intake.count === 0) {
    page.estimate.textContent = '';
    return;
  }
  const { seconds, measured } = stepSeconds(place);
  for (const label of page.effort.querySelectorAll('label')) {
    const name = label.querySelector('input')!.value as EffortName;
    label.querySelector('.time')!.textContent = ` (${timeText(seconds * allSteps(effortOf(name), intake.count))})`;
  }
  const why = measured
    ? 'The times are those of the last head here.'
    : place === 'webgpu'
      ? 'The times are a guess for a usual graphics card; the first steps tell more.'
      : 'This browser offers no graphics card to the page: the processor takes longer.';
  page.estimate.textContent = `${why} You can stop at any time and keep what was learned.`;
}

/** Runs one thing at a time; whatever goes wrong is shown, and the page goes on from the state it then is in. */
async function during(state: PageState, act: (signal: AbortSignal) => Promise<PageState>): Promise<void> {
  if (abort) return;
  abort = new AbortController();
  const { signal } = abort;
  showError(null);
  page.progress.removeAttribute('value');
  enter(state);
  let next: PageState;
  try {
    next = await act(signal);
  } catch (error) {
    if (state !== 'running') source.clear();
    next = source.count === 0 ? 'empty' : saved ? 'stopped' : 'ready';
    showStatus(!signal.aborted ? '' : next === 'stopped' ? 'Stopped. What was found so far is kept.' : 'Stopped.');
    if (!signal.aborted) {
      showError(errorText(error));
      // It may be what failed.
      worker?.terminate();
      worker = null;
    }
  }
  abort = null;
  enter(next);
}

function forget(): void {
  saved = null;
  offerDownload(null);
  stage.clear();
  curve.clear();
  page.pictures.hidden = true;
  page.details.hidden = true;
}

function read(filesOf: () => Promise<ReadonlyMap<string, Blob>>): Promise<void> {
  return during('reading', async (signal) => {
    source.clear();
    forget();
    if (!byService) return intake.read(await filesOf(), signal);
    byService.take(await filesOf());
    return 'ready';
  });
}

async function record(): Promise<void> {
  let files: Map<string, Blob> | null = null;
  await during('camera', async (signal) => {
    source.clear();
    forget();
    showStatus('');
    files = await guidedCapture(intake.look, signal);
    return 'empty';
  });
  const recorded = files as Map<string, Blob> | null;
  if (recorded !== null) await read(() => Promise.resolve(recorded));
}

const placeText = ({ execution, threads }: Opened): string =>
  execution === 'webgpu'
    ? 'Computing on the graphics card.'
    : `Computing on the processor (${countText(threads, 'thread', 'threads')}): no graphics card is offered to this page.`;

function learn(): Promise<void> {
  return during('running', async (signal) => {
    const resume = saved;
    if (!resume) forget();
    stage.clear();
    const photos = await intake.settled(signal);
    showStatus('Loading the base');
    page.progress.removeAttribute('value');
    let begun: { readonly time: number; readonly fraction: number } | null = null;
    const effort = effortOf(chosenEffort());
    const { head, completed, seconds, reliabilities } = await personalizeInWorker(openWorker(), {
      base: assets.base,
      directions: assets.directions,
      proxy: assets.proxy,
      wasmPaths: assets.wasmPaths,
      backend: parameters.backend,
      photos,
      effort,
      resolution,
      // Cameras that landmarks told are some degrees wrong.
      ...(intake.isRaw ? { refineCameras: true } : {}),
      signal,
      ...(parameters.preview === undefined ? {} : { previewSize: parameters.preview }),
      ...(resume ? { resume } : {}),
      onOpened: (opened) => {
        place = opened.execution === 'webgpu' ? 'webgpu' : 'wasm';
        page.place.textContent = placeText(opened);
        page.details.hidden = false;
      },
      onProgress: (progress) => {
        curve.add(progress);
        page.progress.value = progress.fraction;
        showStatus(stageText(progress.stage), stepText(progress));
        const time = performance.now() / 1000;
        begun ??= { time, fraction: progress.fraction };
        const steps = (progress.fraction - begun.fraction) * allSteps(effort, photos.length);
        if (steps >= 20) rememberStep(place, (time - begun.time) / steps);
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
    intake.showDoubts(reliabilities);
    showStatus(
      completed
        ? `Learned in ${timeText(seconds).replace('about ', '')}.`
        : 'Stopped early: the head is what was learned until now.',
    );
    void stage.present(head);
    return completed ? 'done' : 'stopped';
  });
}

/** Learned on other machines: what was learned until it is stopped is removed there. */
function learnByService(run: ServiceRun): Promise<void> {
  return during('running', async (signal) => {
    forget();
    const head = await run.learn(chosenEffort(), signal);
    offerDownload(head);
    void stage.present(head);
    return 'done';
  });
}

for (const input of [page.files, page.folder]) {
  input.addEventListener('change', () => {
    const files = [...(input.files ?? [])];
    // The same folder may be picked again after a change in it.
    input.value = '';
    if (files.length > 0) void read(() => Promise.resolve().then(() => fileListBlobs(files)));
  });
}
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
page.record.addEventListener('click', () => void record());
page.leave.addEventListener('click', () => abort?.abort());
page.effort.querySelector<HTMLInputElement>(`input[value=${parameters.effort}]`)!.checked = true;
page.effort.addEventListener('change', () => {
  // Another effort is another run.
  saved = null;
  enter(current === 'stopped' ? 'ready' : current);
});
page.start.addEventListener('click', () => void (byService ? learnByService(byService) : learn()));
page.cancel.addEventListener('click', () => {
  abort?.abort();
  page.cancel.disabled = true;
  showStatus('Stopping');
});
enter('empty');
if (parameters.backend === 'auto') {
  void findHardwareAdapter().then((adapter) => {
    if (adapter) place = 'webgpu';
    showEstimate();
  });
}
