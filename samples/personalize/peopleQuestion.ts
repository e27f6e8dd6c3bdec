import type { FoundPerson } from '../../personalize/photos/prepare/preparedPhotos.js';
import { drawPicture } from './pictures.js';
import { countText } from './texts.js';

/**
 * Shows the people that photos show about as often, each as a button with their face.
 * @param choose gets the place of the one whose head it shall be
 */
export function askPerson(
  buttons: HTMLElement,
  people: readonly FoundPerson[],
  choose: (person: number) => void,
): void {
  buttons.replaceChildren(
    ...people.map(({ face, files }, i) => {
      const button = document.createElement('button');
      button.type = 'button';
      const canvas = document.createElement('canvas');
      canvas.setAttribute('role', 'img');
      canvas.setAttribute('aria-label', `Person ${i + 1}`);
      drawPicture(canvas, face);
      button.append(canvas, `This one, in ${countText(files.length, 'photo', 'photos')}`);
      button.addEventListener('click', () => choose(i));
      return button;
    }),
  );
  buttons.querySelector('button')?.focus();
}
