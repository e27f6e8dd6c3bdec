// The reference of all doors as Markdown, from the docstrings: docs/api/, which is not committed. `npm run reference`.
import { join } from 'node:path';
import { Application } from 'typedoc';
import { doors } from './doors.mjs';

const root = join(import.meta.dirname, '../..');
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
if (!project) throw new Error('typedoc: the sources could not be read.');
await application.generateOutputs(project);
