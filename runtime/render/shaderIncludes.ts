import { HeadError } from '../core/errors.js';

/**
 * The text of shaders/<name>.<type>, each `#include <name>` line replaced by the file of that name, each file once.
 * @throws HeadError `shader/missing` where a file does not exist
 */
export function withIncludes(
  sources: Readonly<Record<string, string>>,
  type: 'wgsl' | 'glsl',
  name: string,
  seen = new Set<string>(),
): string {
  const source = sources[name];
  if (source === undefined) throw new HeadError('shader/missing', `shaders/${name}.${type} does not exist.`);
  seen.add(name);
  return source.replace(/^#include <(.+)>$/gm, (_, include: string) =>
    seen.has(include) ? '' : withIncludes(sources, type, include, seen),
  );
}
