/** A button that does something; its name is what tests and the page's style call it. */
export function createButton(name: string, text: string, hint: string, action: () => void): HTMLButtonElement {
  const button = document.createElement('button');
  Object.assign(button, { name, textContent: text, title: hint, type: 'button', onclick: action });
  button.setAttribute('aria-label', hint);
  return button;
}

export interface RangeSettings {
  readonly name: string;
  readonly label: string;
  readonly from: number;
  readonly to: number;
  readonly step: number;
}

export function createRange({ name, label, from, to, step }: RangeSettings): HTMLInputElement {
  const range = document.createElement('input');
  Object.assign(range, { name, type: 'range', min: String(from), max: String(to), step: String(step) });
  range.setAttribute('aria-label', label);
  return range;
}

export function createPanel(id: string, label: string): HTMLElement {
  const panel = document.createElement('section');
  panel.className = 'panel';
  panel.id = id;
  panel.setAttribute('aria-label', label);
  return panel;
}
