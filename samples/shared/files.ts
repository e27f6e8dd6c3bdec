import { FilesInputStore } from '@babylonjs/core/Misc/filesInputStore.js';

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
