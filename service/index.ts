/** `babylon-personalized-head-service`: the commands that `personalized-head` gets where this package is installed. */
export { serveCommand } from './commands/serve.js';
export { workCommand } from './commands/work.js';
