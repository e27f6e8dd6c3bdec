import { AssetError } from '../../runtime/core/errors.js';

/** Strings, which stay, or the bare words that Python writes where JSON knows no number. */
const stringOrWord = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\bInfinity\b|\bNaN\b/g;

/**
 * Parses a photo set's JSON file. Python writes `NaN` and `Infinity` bare, which JSON does not know: they come out as
 * texts, so that one bad number spoils one photo and not the file.
 * @throws AssetError `photos/json`
 */
export function parseDatasetJson(text: string, where: string): unknown {
  const quoted = text.replace(stringOrWord, (match) => (match.startsWith('"') ? match : `"${match}"`));
  try {
    // A mark of the byte order is no part of JSON.
    return JSON.parse(quoted.replace(/^\uFEFF/, ''));
  } catch (cause) {
    throw new AssetError(
      'photos/json',
      `${where}: expected JSON, got something else (${(cause as Error).message}). Write the file again.`,
      { cause },
    );
  }
}
