import type { FrameView } from '../../personalize/photos/capture/frameView.js';
import type { Photo } from '../../personalize/photos/photo.js';
import { doubtLines, withDoubts } from '../../personalize/photos/prepare/doubts.js';
import type { PreparationReport } from '../../personalize/photos/prepare/report.js';
import type { PhotoReliability } from '../../personalize/training/appearance/reliability.js';
import {
  choosePhotosInWorker,
  lookInWorker,
  preparePhotosInWorker,
  readPhotosInWorker,
} from '../../personalize/worker/client.js';
import type { Prepared } from '../../personalize/worker/protocol.js';
import { assets } from './assets.js';
import { filmPhotos } from './capture/filmPhotos.js';
import { Gallery } from './gallery.js';
import { page, showProblems, showStatus, showWarnings, type PageState } from './page.js';
import { askPerson } from './peopleQuestion.js';
import { thumbnail } from './pictures.js';
import { sortFiles } from './sortFiles.js';
import { countText, preparingText, timeText } from './texts.js';

export interface IntakeOptions {
  /** Photos are learned from at this side, pixels. */
  readonly resolution: number;
  readonly backend: 'auto' | 'wasm';
  readonly worker: () => Worker;
  /** The user changed what photos are to be learned from. */
  readonly onChange: () => void;
  /** The user said whose head it shall be. */
  readonly onPerson: (person: number) => void;
}

/** Share of the work that films take. */
const filmShare = 0.5;
const nothing: PreparationReport = { photos: [], warnings: [] };
/** Fewer photos than this make a poor head. */
const few = 10;

/** The photos on their way in: read as a prepared data set, or prepared from raw photos and films as the user decides. */
export class Intake {
  private readonly _gallery: Gallery;
  private _photos: readonly Photo[] = [];
  /** Whether the photos are raw, so that the user may choose among them. */
  private _isRaw = false;
  private _person: number | null = null;
  /** Whether the user has chosen since the photos were prepared. */
  private _isStale = false;
  private _report: PreparationReport = nothing;

  constructor(private readonly _options: IntakeOptions) {
    this._gallery = new Gallery(page.photos, () => {
      this._isStale = true;
      this._showCount();
      _options.onChange();
    });
  }

  /** How many photos are to be learned from. */
  get count(): number {
    return this._isRaw ? this._gallery.kept : this._photos.length;
  }

  /** Photos whose cameras were estimated: these move while learning. */
  get isRaw(): boolean {
    return this._isRaw;
  }

  set canChoose(can: boolean) {
    this._gallery.enabled = can;
  }

  clear(): void {
    this._photos = [];
    this._isRaw = this._isStale = false;
    this._person = null;
    this._report = nothing;
    this._gallery.clear();
    page.gallery.hidden = true;
    showProblems([]);
    showWarnings([]);
  }

  /** Reads a frame for the guide of the camera and for films. */
  readonly look = (frame: ImageBitmap): Promise<FrameView | null> =>
    lookInWorker(this._options.worker(), { frame, ...this._sources });

  /** @returns the state that the page is in afterwards */
  async read(files: ReadonlyMap<string, Blob>, signal: AbortSignal): Promise<PageState> {
    this.clear();
    const chosen = sortFiles(files);
    if (chosen.kind === 'set') return this._readSet(chosen.files, signal);
    const { photos, videos, others } = chosen;
    let before = 0;
    let frames: ReadonlyMap<string, Blob> = new Map();
    if (videos.size > 0) {
      before = filmShare;
      showStatus('Looking through the video');
      const progress = (fraction: number): void => void (page.progress.value = filmShare * fraction);
      frames = await filmPhotos(videos, this.look, progress, signal);
    }
    const passedOver = others === 0 ? '' : ` ${countText(others, 'other file was', 'other files were')} passed over.`;
    return this._prepare(new Map([...photos, ...frames]), before, passedOver, signal);
  }

  /** Prepares the photos again where the user has chosen since. @returns the photos to learn from */
  async settled(signal: AbortSignal): Promise<readonly Photo[]> {
    if (this._isStale) {
      showStatus(preparingText('cameras'));
      const prepared = await choosePhotosInWorker(this._options.worker(), {
        choices: this._gallery.choices,
        ...(this._person === null ? {} : { person: this._person }),
        signal,
        onProgress: ({ fraction }) => (page.progress.value = fraction),
      });
      this._take(prepared);
    }
    return this._photos;
  }

  /** Takes one of two people. @returns the state that the page is in afterwards */
  async choosePerson(person: number, signal: AbortSignal): Promise<PageState> {
    this._person = person;
    this._isStale = true;
    await this.settled(signal);
    this._gallery.sort();
    showStatus('');
    return 'ready';
  }

  /** Says under each photo, or of a prepared set in its list, why it counts less in what was learned of them. */
  showDoubts(reliabilities: readonly PhotoReliability[]): void {
    const names = this._photos.map(({ name }) => name);
    if (!this._isRaw) {
      showWarnings(doubtLines(names, reliabilities));
      return;
    }
    this._gallery.settle(withDoubts(this._report, names, reliabilities));
    this._showCount();
  }

  private get _sources() {
    const { backend } = this._options;
    const { faces, landmarks, descriptor, wasmPaths } = assets;
    return { faces, landmarks, descriptor, wasmPaths, backend };
  }

  private async _readSet(files: ReadonlyMap<string, Blob>, signal: AbortSignal): Promise<PageState> {
    showStatus('Reading the photos');
    page.photos.classList.add('small');
    page.gallery.hidden = false;
    page.count.textContent = '';
    const { photos, problems } = await readPhotosInWorker(this._options.worker(), {
      files,
      size: this._options.resolution,
      signal,
      onPhoto: ({ name, picture }) => page.photos.append(thumbnail(name, picture)),
      onProgress: (fraction) => (page.progress.value = fraction),
    });
    this._photos = photos;
    page.count.textContent = countText(photos.length, 'photo with its camera', 'photos with their cameras');
    showProblems(problems);
    showStatus(`${countText(photos.length, 'photo', 'photos')} read.`);
    return 'ready';
  }

  private async _prepare(
    files: ReadonlyMap<string, Blob>,
    before: number,
    passedOver: string,
    signal: AbortSignal,
  ): Promise<PageState> {
    this._isRaw = true;
    page.photos.classList.remove('small');
    page.gallery.hidden = false;
    page.count.textContent = '';
    showStatus(preparingText('looking'));
    const begun = performance.now();
    const prepared = await preparePhotosInWorker(this._options.worker(), {
      files,
      size: this._options.resolution,
      ...this._sources,
      signal,
      onCard: (card) => {
        this._gallery.add(card);
        const { total } = this._gallery;
        const left = ((performance.now() - begun) / 1000 / total) * (files.size - total);
        page.count.textContent = `${total} of ${countText(files.size, 'photo', 'photos')} looked at`;
        showStatus(preparingText('looking'), total < 3 ? '' : `${timeText(left)} left`);
      },
      onProgress: ({ stage, fraction }) => {
        page.progress.value = before + (1 - before) * fraction;
        if (stage !== 'looking') showStatus(preparingText(stage));
      },
    });
    this._take(prepared);
    showStatus(passedOver);
    if (prepared.people) {
      askPerson(page.people.querySelector('.buttons')!, prepared.people, this._options.onPerson);
      return 'asking';
    }
    this._gallery.sort();
    return 'ready';
  }

  private _take({ photos, report }: Prepared): void {
    this._photos = photos;
    this._report = report;
    this._isStale = false;
    this._gallery.settle(report);
    this._showCount();
  }

  private _showCount(): void {
    const { kept, total } = this._gallery;
    const out = total - kept;
    const doubtful = this._gallery.countOf('unlike');
    const rest = out === 0 ? '' : `, ${out} left out`;
    const less = doubtful === 0 ? '' : `; ${countText(doubtful, 'counts', 'count')} less, as it says below`;
    page.count.textContent = `${countText(kept, 'photo', 'photos')} will be used${rest}${less}`;
    const tooFew =
      kept === 0
        ? ['No photo can be used. The reason stands under each; choose others, or put some back.']
        : this._isStale && kept < few
          ? [`Only ${countText(kept, 'photo', 'photos')}: the head will be poor. 20 to 60 are good.`]
          : [];
    // Those of the set were said of other photos once the user has chosen.
    showWarnings(this._isStale || kept === 0 ? tooFew : this._report.warnings);
  }
}
