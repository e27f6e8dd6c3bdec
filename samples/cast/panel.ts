/** What the panel's buttons do, by their text. */
export type Actions = Readonly<Record<string, () => void>>;

export interface Panel {
  /** Shows who speaks what; an empty line hides it. */
  caption(line: string): void;
}

/** Captions and a row of buttons along the bottom, in the page over the scene. */
export function createPanel(actions: Actions): Panel {
  const panel = document.createElement('div');
  panel.className = 'panel';
  panel.id = 'moods';
  for (const [text, action] of Object.entries(actions)) {
    const button = document.createElement('button');
    button.textContent = text;
    button.onclick = action;
    panel.append(button);
  }
  const caption = document.createElement('p');
  caption.id = 'caption';
  caption.setAttribute('role', 'status');
  caption.hidden = true;
  document.body.append(caption, panel);
  return {
    caption(line) {
      caption.textContent = line;
      caption.hidden = line === '';
    },
  };
}
