import { Command } from 'commander';
import { createRequire } from 'node:module';
import { evaluateCommand } from './commands/evaluate.js';
import { importCommand } from './commands/import.js';
import { personalizeCommand } from './commands/personalize.js';
import { proxyCommand } from './commands/proxy.js';
import { renderCommand } from './commands/render.js';
import { reportAndExit } from './output/failure.js';

const require = createRequire(import.meta.url);
// dist/cli/main.js: the package's own file is two folders up.
const { version } = require('../../package.json') as { version: string };

const program = new Command('personalized-head')
  .description("A person's own 3D head: import generators, render heads, learn people from photos.")
  .version(version)
  .showHelpAfterError()
  .addCommand(importCommand())
  .addCommand(renderCommand())
  .addCommand(proxyCommand())
  .addCommand(personalizeCommand())
  .addCommand(evaluateCommand());

try {
  await program.parseAsync();
} catch (error) {
  reportAndExit(error);
}
