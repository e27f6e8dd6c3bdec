import type { FaceJudge, FaceReading } from '../judge.js';
import { faceBox } from '../faceBox.js';
import { decodeImage } from '../../photos/decodeImage.js';
import { colorTensor, requireSquare } from '../../photos/pixels.js';
import type { PhotoFiles } from '../../photos/photoFiles.js';
import { parseBasePictures, type BasePicture, type BasePictures, type Source } from './pictures.js';

/** What a judge saw in one picture. */
export interface JudgedPicture extends BasePicture {
  readonly reading: FaceReading;
}

export interface LookOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (fraction: number) => void;
}

/** Every picture of a folder as the judges see it, from the box that its camera tells; by judge's name. */
export async function judgePictures(
  files: PhotoFiles,
  judges: readonly FaceJudge[],
  { signal, onProgress }: LookOptions = {},
): Promise<{ readonly found: BasePictures; readonly judged: ReadonlyMap<string, readonly JudgedPicture[]> }> {
  const found = parseBasePictures(new TextDecoder().decode(await files.read('pictures.json')));
  const judged = new Map<string, JudgedPicture[]>(judges.map(({ name }) => [name, []]));
  for (const [i, picture] of found.pictures.entries()) {
    signal?.throwIfAborted();
    const decoded = decodeImage(await files.read(picture.file), picture.file);
    requireSquare(decoded, picture.file);
    const box = faceBox(found.cameras.get(picture.view)!, decoded.width);
    for (const judge of judges) {
      judged.get(judge.name)!.push({ ...picture, reading: await judge.look(colorTensor(decoded), box) });
    }
    onProgress?.((i + 1) / found.pictures.length);
  }
  return { found, judged };
}

/** Readings of one kind of picture, by head. */
export function readingsOf(
  judged: readonly JudgedPicture[],
  source: Source,
  view: string,
  expression = 'neutral',
  amount = 0,
): ReadonlyMap<number, FaceReading> {
  return new Map(
    judged
      .filter((p) => p.source === source && p.view === view && p.expression === expression && p.amount === amount)
      .map(({ head, reading }) => [head, reading]),
  );
}
