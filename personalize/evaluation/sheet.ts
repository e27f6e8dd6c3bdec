import { ShapeError } from '../../runtime/core/errors.js';
import { pictureGrid, type Bitmap } from '../../runtime/core/bitmap.js';

/** One photo and what every method made of it. */
export interface SheetRow {
  readonly photo: string;
  /** Degrees, positive towards the person's own left. */
  readonly yaw: number;
  readonly expression: string;
  readonly truth: Bitmap;
  /** In the order of the methods. */
  readonly renders: readonly Bitmap[];
}

export interface ComparisonSheet {
  /** Rows: photos. Columns: the truth, then the methods. */
  readonly picture: Bitmap;
  /** Markdown that names rows and columns, as the picture carries no text. */
  readonly caption: string;
}

/**
 * Photos side by side with their renders.
 * @param methods names of the columns after the first
 * @throws ShapeError where a row has not one render a method, or pictures differ in size
 */
export function comparisonSheet(methods: readonly string[], rows: readonly SheetRow[]): ComparisonSheet {
  for (const { photo, renders } of rows) {
    if (renders.length !== methods.length) {
      throw new ShapeError(
        'sheet/columns',
        `comparisonSheet: expected ${methods.length} renders of ${photo} (${methods.join(', ')}), got ${renders.length}.`,
      );
    }
  }
  const picture = pictureGrid(rows.map(({ truth, renders }) => [truth, ...renders]));
  const columns = ['truth', ...methods].join(', ');
  const lines = rows.map(({ photo, yaw, expression }) => `${photo} (${Math.round(yaw)}°, ${expression})`);
  return { picture, caption: `Columns: ${columns}.  \nRows: ${lines.join('; ')}.\n` };
}
