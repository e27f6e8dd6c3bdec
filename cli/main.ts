import { Command } from 'commander';
import { createRequire } from 'node:module';
import { importCommand } from './commands/import.js';
import { renderCommand } from './commands/render.js';
import { reportAndExit } from './output/failure.js';

const require = createRequire(import.meta.url);
// dist/cli/main.js: the package's own file is two folders up.
const { version } = require('../../package.json') as { version: string };

const program = new Command('personalized-head')
  .description("A person's own 3D head: import generators, render heads.")
  .version(version)
  .showHelpAfterError()
  .addCommand(importCommand())
  .addCommand(renderCommand());

try {
  await program.parseAsync();
} catch (error) {
  reportAndExit(error);
}
