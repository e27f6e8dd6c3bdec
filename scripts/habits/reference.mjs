// The reference of all doors as Markdown, from the docstrings: docs/api/, which is not committed. `npm run reference`.
// `npm run check` reads the same docstrings, and fails where one warns.
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Application } from 'typedoc';
import { doors } from './doors.mjs';

const root = join(import.meta.dirname, '../..');

/**
 * @param write the pages, instead of looking at what they would be made of
 * @returns what is wrong, one line each; what warned has been told
 */
export async function reference(write = false) {
  const sources = doors().map(({ types }) => join(root, types.replace(/^\.\/dist\//, '').replace(/\.d\.ts$/, '.ts')));
  const application = await Application.bootstrapWithPlugins({
    entryPoints: sources,
    tsconfig: join(root, 'tsconfig.build.json'),
    plugin: ['typedoc-plugin-markdown'],
    out: join(root, 'docs', 'api'),
    readme: 'none',
    name: 'babylon-personalized-head',
    excludePrivate: true,
    excludeProtected: true,
    excludeInternal: true,
    excludeExternals: true,
    // No address of a repository is known that its lines could link to.
    disableSources: true,
    // What no door exports has no page of its own; the API reports name it.
    validation: { notExported: false, invalidLink: true },
    logLevel: 'Warn',
  });
  const project = await application.convert();
  if (!project) return ['typedoc: the sources could not be read.'];
  application.validate(project);
  if (write) await application.generateOutputs(project);
  const { errorCount, warningCount } = application.logger;
  return errorCount + warningCount > 0 ? [`typedoc: ${errorCount} errors, ${warningCount} warnings, see above`] : [];
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const wrong = await reference(true);
  for (const line of wrong) console.error(line);
  process.exit(wrong.length > 0 ? 1 : 0);
}
