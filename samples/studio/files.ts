import { isHeadFile } from '../shared/files.js';

export const isSceneFile = ({ name }: File): boolean => /\.babylon$/i.test(name);

/** Asks for heads, or a scene and the heads it was made with. */
export function askForFiles(onFiles: (files: readonly File[]) => void): void {
  // The page's own: browsers may forget one that is in no document before its dialog opens.
  const input = document.querySelector('input')!;
  // The same file may be chosen again.
  input.value = '';
  input.onchange = () => onFiles([...(input.files ?? [])]);
  input.click();
}

/** Calls back with dropped files, unless all there is are heads: `EnableHeadDrop` takes those. */
export function listenForDrops(onFiles: (files: readonly File[]) => void): void {
  // Or the browser leaves the page for the file.
  addEventListener('dragover', (event) => event.preventDefault());
  addEventListener(
    'drop',
    (event) => {
      event.preventDefault();
      const files = [...(event.dataTransfer?.files ?? [])];
      if (files.length === 0 || files.every(isHeadFile)) return;
      event.stopPropagation();
      onFiles(files);
    },
    { capture: true },
  );
}
