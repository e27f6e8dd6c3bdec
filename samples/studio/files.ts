import { FilesInputStore } from '@babylonjs/core/Misc/filesInputStore.js';

export const isSceneFile = ({ name }: File): boolean => /\.babylon$/i.test(name);
export const isHeadFile = ({ name }: File): boolean => /\.head$/i.test(name);

/**
 * The address under which heads find this file, in this page.
 * @param replace it takes the place of one of the same name: a scene asks for it by that
 */
export function offerFile(file: File, replace: boolean): string {
  const files: Record<string, File | undefined> = FilesInputStore.FilesToLoad;
  for (let i = 1; ; i++) {
    const name = i === 1 ? file.name : file.name.replace(/(?=\.head$)/i, ` ${i}`);
    if (!replace && files[name.toLowerCase()]) continue;
    files[name.toLowerCase()] = file;
    return `file:${name}`;
  }
}

/** Offers a text as a file. */
export function download(name: string, text: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([text], { type: 'application/json' }));
  link.download = name;
  link.click();
  // Until the browser has read it.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

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
