import { createButton } from '../studio/htmlParts.js';
import type { Action, Controls } from './controls.js';

export interface PanelActions {
  readonly act: (action: Action) => void;
  /** Somebody chose a person's file. */
  readonly wear: (file: File) => void;
  /** Opens the page a second time, for somebody to talk to. */
  readonly join: () => void;
}

const labels: readonly (readonly [Action, text: string, key: string, hint: string])[] = [
  ['wave', 'Wave', 'Space', 'Wave to the others'],
  ['sit', 'Sit', 'C', 'Sit down for a while'],
  ['talk', 'Talk', 'T', 'Say the next line'],
  ['person', 'Next head', 'N', 'Wear the head of another invented person'],
  ['body', 'Other body', 'B', 'Change between the woman’s body and the man’s'],
];

/** Buttons for all that keys do, each with its key. */
export function createButtons(row: HTMLElement, controls: Controls, { act, wear, join }: PanelActions): void {
  const keyed = (button: HTMLButtonElement, key: string): HTMLButtonElement => {
    const mark = document.createElement('kbd');
    mark.textContent = key;
    button.append(' ', mark);
    return button;
  };
  const run = createButton('run', 'Run', 'Run instead of walking, while it is on', () => {
    controls.running = !controls.running;
    run.setAttribute('aria-pressed', String(controls.running));
  });
  run.setAttribute('aria-pressed', 'false');
  const input = document.querySelector('input')!;
  input.onchange = () => {
    const [file] = input.files ?? [];
    if (file) wear(file);
    // The same file may be chosen again.
    input.value = '';
  };
  row.append(
    ...labels.map(([action, text, key, hint]) =>
      keyed(
        createButton(action, text, hint, () => act(action)),
        key,
      ),
    ),
    keyed(run, 'Shift'),
    createButton('file', 'Your .head', 'Wear the head of a file; it can be dropped onto the scene too', () =>
      input.click(),
    ),
    createButton('join', 'Second tab', 'Open this page again: both tabs meet and see each other’s faces', join),
  );
}

/** Shows what somebody says; an empty line hides it. */
export function showCaption(line: string): void {
  const caption = document.getElementById('caption')!;
  caption.textContent = line;
  caption.hidden = line === '';
}
