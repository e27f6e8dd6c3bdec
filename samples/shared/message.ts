/** The page's one line of text over the canvas: progress while loading, errors to stay. */
const element = (): HTMLElement => document.getElementById('message')!;

export function showProgress(what: string, share?: number): void {
  element().hidden = false;
  element().textContent = share === undefined ? what : `${what} ${Math.round(100 * share)} %`;
}

export function hideMessage(): void {
  // An error stays until the page is left.
  if (!element().classList.contains('error')) element().hidden = true;
}

/** Takes an error away that the page goes on after. */
export function dismissError(): void {
  element().classList.remove('error');
  element().hidden = true;
}

export function showError(error: unknown): void {
  element().hidden = false;
  element().classList.add('error');
  element().textContent = error instanceof Error ? error.message : String(error);
}
