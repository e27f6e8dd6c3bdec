import { Command } from 'commander';
import { createRequire } from 'node:module';
import { directionsCommand } from './commands/directions.js';
import { editCommand } from './commands/edit.js';
import { evaluateCommand } from './commands/evaluate.js';
import { evaluateBaseCommand } from './commands/evaluateBase.js';
import { evaluateHeadCommand } from './commands/evaluateHead.js';
import { evaluateLatentCommand } from './commands/evaluateLatent.js';
import { importCommand } from './commands/import.js';
import { interpolateCommand } from './commands/interpolate.js';
import { landmarksCommand } from './commands/landmarks.js';
import { personalizeCommand } from './commands/personalize.js';
import { photosCommand } from './commands/photos.js';
import { proxyCommand } from './commands/proxy.js';
import { renderCommand } from './commands/render.js';
import { sampleCommand } from './commands/sample.js';
import { serviceCommands } from './commands/service.js';
import { trackCommand } from './commands/track.js';
import { reportAndExit } from './output/failure.js';

const require = createRequire(import.meta.url);
// Of dist/main.js: the package's own file is one folder up.
const { version } = require('../package.json') as { version: string };

const program = new Command('personalized-head')
  .description("A person's own 3D head: import generators, render heads, learn people from photos.")
  .version(version)
  .showHelpAfterError()
  .addCommand(importCommand())
  .addCommand(renderCommand())
  .addCommand(proxyCommand())
  .addCommand(photosCommand())
  .addCommand(landmarksCommand())
  .addCommand(personalizeCommand())
  .addCommand(evaluateCommand())
  .addCommand(evaluateBaseCommand())
  .addCommand(evaluateHeadCommand())
  .addCommand(evaluateLatentCommand())
  .addCommand(interpolateCommand())
  .addCommand(sampleCommand())
  .addCommand(trackCommand())
  .addCommand(editCommand())
  .addCommand(directionsCommand());

try {
  for (const command of await serviceCommands(process.argv[2])) program.addCommand(command);
  await program.parseAsync();
} catch (error) {
  reportAndExit(error);
}
