/** The page's one line of text over the canvas: progress while loading, a notice or errors to stay. */
const element = (): HTMLElement => document.getElementById('message')!;

let notice = '';

function show(text: string, ...classes: string[]): void {
  const line = element();
  line.hidden = false;
  line.className = classes.join(' ');
  line.textContent = text;
}

const showsError = (): boolean => element().classList.contains('error');

export function showProgress(what: string, share?: number): void {
  show(share === undefined ? `${what} …` : `${what} ${Math.round(100 * share)} %`);
}

/**
 * Something to know about all that is shown: it stays when nothing else is said.
 * @param more for those who point at it
 */
export function showNotice(text: string, more: string): void {
  notice = text;
  element().title = more;
  show(text, 'notice');
}

export function hideMessage(): void {
  // An error stays until the page goes on.
  if (showsError()) return;
  element().hidden = notice === '';
  if (notice !== '') show(notice, 'notice');
}

/** Takes an error away that the page goes on after. */
export function dismissError(): void {
  if (!showsError()) return;
  element().className = '';
  hideMessage();
}

export function showError(error: unknown): void {
  show(error instanceof Error ? error.message : String(error), 'error');
}
