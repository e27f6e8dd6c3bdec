/** Packages, and as what package.json has their oldest versions. */
export const oldest = { core: 'babylon-core-oldest', serializers: 'babylon-serializers-oldest' };

/** A hook of Node's module loader. */
export function resolve(asked, context, next) {
  const specifier = asked === '#babylonjs-serializers' ? '@babylonjs/serializers/glTF/2.0/index.js' : asked;
  const [, name, path] = /^@babylonjs\/(core|serializers)\/(.*)$/.exec(specifier) ?? [];
  return next(name ? `${oldest[name]}/${path}` : specifier, context);
}
