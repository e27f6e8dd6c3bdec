/** A file of shaders/ as scripts/embedShaders.mjs makes it a module. */
export interface ShaderSource {
  /** Below shaders/, such as `render/march.wgsl`. */
  readonly name: string;
  /** Holds a line `#include <name>` for each file of `includes`, in their order. */
  readonly text: string;
  readonly includes: readonly ShaderSource[];
}

/**
 * The text of a shader, each `#include` line replaced by its file; a file that is included twice stands at its first place.
 * @param inPlaceOf what is included instead of a file
 */
export function withIncludes(
  source: ShaderSource,
  inPlaceOf?: ReadonlyMap<ShaderSource, ShaderSource>,
  seen = new Set<ShaderSource>(),
): string {
  seen.add(source);
  let next = 0;
  return source.text.replace(/^#include <.+>$/gm, () => {
    const named = source.includes[next++]!;
    const include = inPlaceOf?.get(named) ?? named;
    return seen.has(include) ? '' : withIncludes(include, inPlaceOf, seen);
  });
}
