import {
  personalizeByService,
  type ServicePhoto,
  type ServiceStanding,
} from '../../personalize/service/personalizeByService.js';
import { HeadError } from '../../runtime/core/errors.js';
import { page, showProblems, showStatus, showWarnings } from './page.js';
import type { EffortName } from './parameters.js';
import { sortFiles } from './sortFiles.js';
import { countText, timeText } from './texts.js';

const working: Readonly<Record<NonNullable<ServiceStanding['step']>, string>> = {
  prepare: 'The service is looking at the photos',
  learn: 'The service is learning the head',
  preview: 'The service is taking a picture of the head',
  mesh: 'The service is making the mesh',
};

/** Photos that go to a service, which makes the head of them: `?service=https://heads.example`. */
export class ServiceRun {
  private _photos: ReadonlyMap<string, Blob> = new Map();

  /** Says on the page where photos go, and asks for the token. */
  constructor(private readonly _service: string) {
    page.local.hidden = true;
    page.remote.hidden = page.token.hidden = false;
    page.remote.querySelector('strong')!.textContent = `Your photos are sent to ${new URL(_service).host}`;
  }

  get count(): number {
    return this._photos.size;
  }

  clear(): void {
    this._photos = new Map();
    page.gallery.hidden = true;
    showProblems([]);
    showWarnings([]);
  }

  /** @throws HeadError where there are no photos to send */
  take(files: ReadonlyMap<string, Blob>): void {
    this.clear();
    const chosen = sortFiles(files);
    if (chosen.kind === 'set' || chosen.photos.size === 0) {
      throw new HeadError(
        'photos/service',
        `photos: expected photos to send, got a ${chosen.kind === 'set' ? 'prepared data set' : 'video'}. ` +
          'Choose photos, or open this page without ?service= to learn from it here.',
      );
    }
    this._photos = chosen.photos;
    page.gallery.hidden = false;
    page.count.textContent = `${countText(chosen.photos.size, 'photo', 'photos')} will be sent`;
    showStatus('');
  }

  /** Sends the photos and waits for the head. @returns bytes of a .head file */
  async learn(effort: EffortName, signal: AbortSignal): Promise<Uint8Array<ArrayBuffer>> {
    const names = [...this._photos.keys()];
    showStatus('Sending the photos');
    const { head, photos, warnings, isRemoved } = await personalizeByService({
      ...{ service: this._service, photos: [...this._photos.values()], effort, signal },
      token: page.token.querySelector('input')!.value.trim(),
      onStanding: showStanding,
      onPreview: (picture) => void showPreview(picture),
    }).catch(explainToken);
    showReasons(names, photos);
    showWarnings(warnings);
    showStatus(
      isRemoved
        ? 'Learned. The photos are removed from the service.'
        : 'Learned. The service could not be told to remove the photos: it does so some days later.',
    );
    return head;
  }
}

/** The service speaks of headers, which nobody sees here. */
function explainToken(error: unknown): never {
  if (!(error instanceof HeadError) || error.code !== 'service/token') throw error;
  throw new HeadError(error.code, 'The service does not know this token. Ask whoever runs it for one.', {
    cause: error,
  });
}

function showStanding({ state, step, progress }: ServiceStanding): void {
  if (progress) page.progress.value = progress.fraction;
  else page.progress.removeAttribute('value');
  const left = typeof progress?.eta === 'number' ? `, ${timeText(progress.eta)} left` : '';
  if (state === 'waiting') showStatus('Waiting for a machine of the service');
  else if (step) showStatus(working[step], progress ? `${progress.text}${left}` : '');
}

async function showPreview(picture: Blob): Promise<void> {
  const image = await createImageBitmap(picture);
  page.pictures.hidden = false;
  page.anchor.closest('figure')!.hidden = true;
  page.neutral.width = image.width;
  page.neutral.height = image.height;
  page.neutral.getContext('2d')!.drawImage(image, 0, 0);
  image.close();
}

/** The service knows photos by their order; their names never left the page. */
function showReasons(names: readonly string[], photos: readonly ServicePhoto[]): void {
  const kept = photos.filter((photo) => photo.kept).length;
  page.count.textContent = `${countText(kept, 'photo was', 'photos were')} learned from`;
  showProblems(
    photos.flatMap(({ kept, reasons }, i) =>
      kept ? [] : [{ name: names[i]!, reason: reasons.map(({ message }) => message).join(' ') }],
    ),
  );
}
