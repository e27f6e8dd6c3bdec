/** A hook of Node's module loader: Babylon's modules are those of tools/oldest. */
export function resolve(specifier, context, next) {
  const isBabylon = /^@babylonjs\/(core|serializers)\//.test(specifier);
  const parentURL = new URL('../../../tools/oldest/package.json', import.meta.url).href;
  return next(specifier, isBabylon ? { ...context, parentURL } : context);
}
