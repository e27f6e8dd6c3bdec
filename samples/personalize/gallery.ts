import type { PhotoCard } from '../../personalize/photos/prepare/preparedPhotos.js';
import type { PreparationReport, Reason, ReasonCode } from '../../personalize/photos/prepare/report.js';
import { drawPicture } from './pictures.js';
import { poseText } from './texts.js';

/** The newest word on a photo. */
interface Verdict {
  readonly kept: boolean;
  readonly yaw: number | null;
  readonly pitch: number | null;
  readonly reasons: readonly Reason[];
}

interface Card {
  readonly file: string;
  readonly element: HTMLElement;
  readonly pose: HTMLElement;
  readonly reasons: HTMLElement;
  readonly button: HTMLButtonElement;
  /** Whether a face was found in it. */
  readonly canBeKept: boolean;
  verdict: Verdict;
}

/** Every photo with its pose, the reasons under it, and a button that takes it out or puts it back. */
export class Gallery {
  private readonly _cards = new Map<string, Card>();
  private readonly _choices = new Map<string, boolean>();

  /** @param onChoice called after the user put a photo back or took it out */
  constructor(
    private readonly _list: HTMLElement,
    private readonly _onChoice: () => void,
  ) {}

  /** What the user decided, by file. */
  get choices(): ReadonlyMap<string, boolean> {
    return this._choices;
  }

  get total(): number {
    return this._cards.size;
  }

  /** Photos that are to be learned from, with what the user decided. */
  get kept(): number {
    return [...this._cards.values()].filter((card) => this._isKept(card)).length;
  }

  clear(): void {
    this._cards.clear();
    this._choices.clear();
    this._list.replaceChildren();
  }

  /** Buttons wait while photos are read and heads are learned. */
  set enabled(enabled: boolean) {
    for (const { button } of this._cards.values()) button.disabled = !enabled;
  }

  add({ file, thumbnail, yaw, pitch, reasons, canBeKept }: PhotoCard): void {
    const element = document.createElement('li');
    const canvas = document.createElement('canvas');
    if (thumbnail) drawPicture(canvas, thumbnail);
    canvas.setAttribute('role', 'img');
    canvas.setAttribute('aria-label', file);
    const name = part('name');
    name.textContent = name.title = file;
    const card: Card = {
      ...{ file, element, canBeKept },
      verdict: { kept: !reasons.some(({ severity }) => severity === 'refuse'), yaw, pitch, reasons },
      pose: part('name quiet'),
      reasons: part('reason warning'),
      button: document.createElement('button'),
    };
    card.button.type = 'button';
    card.button.disabled = true;
    card.button.addEventListener('click', () => {
      this._choices.set(file, !this._isKept(card));
      this._show(card);
      this._onChoice();
    });
    element.append(canvas, name, card.pose, card.reasons, card.button);
    this._cards.set(file, card);
    this._list.append(element);
    this._show(card);
  }

  /** The word on all photos, once they are known together; those that are left out come last. */
  settle({ photos }: PreparationReport): void {
    for (const { file, ...verdict } of photos) {
      const card = this._cards.get(file);
      if (!card) continue;
      card.verdict = verdict;
      this._show(card);
    }
  }

  /** How many of the photos that are kept bear a reason of this code. */
  countOf(code: ReasonCode): number {
    const bears = ({ verdict }: Card): boolean => verdict.reasons.some((reason) => reason.code === code);
    return [...this._cards.values()].filter((card) => this._isKept(card) && bears(card)).length;
  }

  /** Left-out photos last. Cards stay where they are afterwards, so that whoever goes through them keeps the place. */
  sort(): void {
    const cards = [...this._cards.values()];
    const kept = cards.filter((card) => this._isKept(card));
    const out = cards.filter((card) => !this._isKept(card));
    this._list.append(...[...kept, ...out].map(({ element }) => element));
  }

  private _isKept({ file, verdict, canBeKept }: Card): boolean {
    return canBeKept && (this._choices.get(file) ?? verdict.kept);
  }

  private _show(card: Card): void {
    const { file, element, pose, reasons, button, verdict, canBeKept } = card;
    const kept = this._isKept(card);
    element.classList.toggle('out', !kept);
    element.dataset.kept = String(kept);
    pose.textContent = poseText(verdict.yaw, verdict.pitch);
    reasons.replaceChildren(...reasonsShown(verdict, this._choices.get(file)).map(paragraph));
    button.hidden = !canBeKept;
    button.textContent = kept ? 'Take out' : 'Put back';
    button.setAttribute('aria-label', `${button.textContent} ${file}`);
  }
}

/** What the user took out needs no other reason; a photo that was put back keeps its own. */
function reasonsShown({ kept, reasons }: Verdict, choice: boolean | undefined): readonly string[] {
  const own = reasons.filter(({ code }) => code !== 'by-user');
  const told = own.map(({ message }) => message);
  if (choice === false && !own.some(({ severity }) => severity === 'refuse')) return ['You took it out.'];
  return choice === true && !kept ? ['You put it back.', ...told] : told;
}

function part(classes: string): HTMLElement {
  const element = document.createElement('div');
  element.className = classes;
  return element;
}

function paragraph(text: string): HTMLElement {
  const element = document.createElement('p');
  element.textContent = text;
  return element;
}
