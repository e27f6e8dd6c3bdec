import { mkdir } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { writeFileAtomically, writeTextAtomically } from 'babylon-personalized-head/node';
import { encodePng, HeadError, type Bitmap, pictureGrid } from 'babylon-personalized-head/runtime';
import { encodeApng } from './apng.js';

/** What a name asks for: a contact sheet, an animation, or a folder of numbered frames. */
export type FilmKind = 'sheet' | 'animation' | 'folder';

/**
 * By the ending: `.png`, `.apng`, or none.
 * @throws HeadError for another
 */
export function filmKind(path: string): FilmKind {
  const ending = /[/\\]$/.test(path) ? '' : extname(path).toLowerCase();
  const kind = ({ '': 'folder', '.png': 'sheet', '.apng': 'animation' } as const)[ending];
  if (kind) return kind;
  throw new HeadError(
    'output/kind',
    `${path}: expected a name that ends in .png (contact sheet), .apng (animation) or / (frames), got ${ending}. ` +
      'Animated WebP needs a native encoder: convert the frames.',
  );
}

/** Rows of about 3 : 2. */
export function sheetPicture(
  pictures: readonly Bitmap[],
  columns = Math.ceil(Math.sqrt(1.5 * pictures.length)),
): Bitmap {
  const rows = Array.from({ length: Math.ceil(pictures.length / columns) }, (_, i) =>
    pictures.slice(i * columns, (i + 1) * columns),
  );
  return pictureGrid(rows);
}

/** Where what belongs to `path` in words and numbers is kept: `out.png` -> `out.json`, `frames/` -> `frames/frames.json`. */
export const notesPath = (path: string): string =>
  filmKind(path) === 'folder' ? join(path, 'frames.json') : path.replace(/\.a?png$/i, '.json');

/** Writes pictures as `filmKind` says, and notes beside them. Nothing is written before everything is there. */
export async function writeFilm(
  path: string,
  pictures: readonly Bitmap[],
  notes: unknown,
  { framesPerSecond = 20 }: { readonly framesPerSecond?: number } = {},
): Promise<void> {
  const kind = filmKind(path);
  if (kind === 'folder') {
    await mkdir(path, { recursive: true });
    const digits = Math.max(4, String(pictures.length - 1).length);
    for (const [i, picture] of pictures.entries()) {
      await writeFileAtomically(join(path, `${String(i).padStart(digits, '0')}.png`), encodePng(picture));
    }
  } else {
    const bytes = kind === 'sheet' ? encodePng(sheetPicture(pictures)) : encodeApng(pictures, framesPerSecond);
    await writeFileAtomically(path, bytes);
  }
  await writeNotes(path, notes);
}

export function writeNotes(path: string, notes: unknown): Promise<void> {
  return writeTextAtomically(notesPath(path), `${JSON.stringify(notes, null, 1)}\n`);
}
