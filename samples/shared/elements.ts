/** An element of the page. @throws Error where the page has none of that kind */
export function find<T extends Element>(id: string, kind: new () => T): T {
  const element = document.getElementById(id);
  if (element instanceof kind) return element;
  throw new Error(`${location.pathname}: expected #${id} to be a ${kind.name}.`);
}
