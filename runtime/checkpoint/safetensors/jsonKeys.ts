/**
 * A name that an object of a JSON text has twice, which JSON.parse does not tell: the last one would win.
 * @param text valid JSON
 * @returns null where every object has each of its names once
 */
export function keyTwice(text: string): string | null {
  const open: (Set<string> | null)[] = [];
  let last = '';
  for (const [token] of text.matchAll(/"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\]:]/g)) {
    if (token === '{') open.push(new Set());
    else if (token === '[') open.push(null);
    else if (token === '}' || token === ']') open.pop();
    else if (token === ':') {
      const names = open.at(-1);
      const name = JSON.parse(last) as string;
      if (names?.has(name)) return name;
      names?.add(name);
    } else last = token;
  }
  return null;
}
