/** How names are compared where a slip is looked for: without case, accents and separators. */
const plain = (name: string): string =>
  name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}@]+/gu, '');

/** Letters added, left out, changed or swapped with their neighbour (Damerau–Levenshtein); stops beyond `limit`. */
function slips(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) > limit) return limit + 1;
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let cost = Math.min(last[j]! + 1, row[j - 1]! + 1, last[j - 1]! + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) cost = Math.min(cost, before[j - 2]! + 1);
      row.push(cost);
    }
    if (Math.min(...row) > limit) return limit + 1;
    [before, last] = [last, row];
  }
  return last[b.length]!;
}

/** Longer names are not looked at, so that a hostile file costs no time. */
const longestName = 100;

/**
 * The name that was probably meant: the one of `names` that differs in case, accents, separators, or at most a third of
 * its letters; null where none is near.
 */
export function nearName(given: string, names: Iterable<string>): string | null {
  const wanted = plain(given.slice(0, longestName));
  if (wanted.length < 2) return null;
  let [best, fewest]: [string | null, number] = [null, Math.max(1, Math.floor(wanted.length / 3)) + 1];
  for (const name of names) {
    if (name.length > longestName) continue;
    const count = slips(wanted, plain(name), fewest - 1);
    if (count < fewest) [best, fewest] = [name, count];
  }
  return best;
}

/** ` Did you mean jawOpen?`, to be put behind an error's sentence; empty where no name is near. */
export function didYouMean(given: string, names: Iterable<string>): string {
  const near = nearName(given, names);
  return near === null ? '' : ` Did you mean ${near}?`;
}
