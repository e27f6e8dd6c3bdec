/** The two of EXIF's fields that matter to a head. */
export interface Exif {
  /** 1 to 8; 1 where nothing is said. */
  readonly orientation: number;
  /** FocalLengthIn35mmFilm, millimetres; null where nothing is said. */
  readonly focal35: number | null;
}

const orientationTag = 0x0112;
const exifFolderTag = 0x8769;
const focal35Tag = 0xa405;
const short = 3;
const long = 4;

/**
 * Reads EXIF's TIFF structure; what is damaged or out of range counts as not said. Source: CIPA DC-008 (Exif 2.32), 4.6.
 * @param bytes from "II" or "MM" on
 */
export function readExif(bytes: Uint8Array): Exif {
  try {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const isLittle = view.getUint16(0) === 0x4949;
    const main = fields(view, view.getUint32(4, isLittle), isLittle);
    const folder = main.get(exifFolderTag);
    const detail = folder === undefined ? new Map<number, number>() : fields(view, folder, isLittle);
    const orientation = main.get(orientationTag) ?? 1;
    const focal35 = detail.get(focal35Tag) ?? 0;
    return {
      orientation: orientation >= 1 && orientation <= 8 ? orientation : 1,
      focal35: focal35 > 0 ? focal35 : null,
    };
  } catch {
    // A folder lies beyond the end.
    return { orientation: 1, focal35: null };
  }
}

/** First values of a folder's whole-number fields, by tag. */
function fields(view: DataView, offset: number, isLittle: boolean): Map<number, number> {
  const found = new Map<number, number>();
  const count = view.getUint16(offset, isLittle);
  for (let i = 0; i < count; i++) {
    const at = offset + 2 + 12 * i;
    // A cut-off folder still holds what came before.
    if (at + 12 > view.byteLength) break;
    const type = view.getUint16(at + 2, isLittle);
    if (type === short) found.set(view.getUint16(at, isLittle), view.getUint16(at + 8, isLittle));
    if (type === long) found.set(view.getUint16(at, isLittle), view.getUint32(at + 8, isLittle));
  }
  return found;
}
