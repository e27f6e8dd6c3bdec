/** Packages, and as what package.json has their oldest versions. */
export const oldest = { core: 'babylon-core-oldest', serializers: 'babylon-serializers-oldest' };

/** A hook of Node's module loader. */
export function resolve(specifier, context, next) {
  const [, name, path] = /^@babylonjs\/(core|serializers)\/(.*)$/.exec(specifier) ?? [];
  return next(name ? `${oldest[name]}/${path}` : specifier, context);
}
