// `npm test`: prepares the machine, checks types, lint and format, then runs jest.
// With arguments (`npm test -- test/render`) they go to jest, and only jest runs.
import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { prepareMachine } from './machine.mjs';

const root = join(import.meta.dirname, '..');
const jestArguments = process.argv.slice(2);
const summary = join(root, 'artifacts', 'jest.json');

function run(command, args, env = process.env) {
  const { status, error } = spawnSync(command, args, { cwd: root, env, stdio: 'inherit' });
  if (error) console.error(error.message);
  return status ?? 1;
}

mkdirSync(join(root, 'artifacts'), { recursive: true });
// An old count must not be taken for this run's.
rmSync(summary, { force: true });

const machine = prepareMachine();

if (jestArguments.length === 0) {
  // npm runs this script through its own JavaScript file, which needs no shell on any system.
  const npm = process.env.npm_execpath;
  const code = npm
    ? run(process.execPath, [npm, 'run', '--silent', 'check'])
    : run('npm', ['run', '--silent', 'check']);
  if (code !== 0) process.exit(code);
}

const code = run(
  process.execPath,
  [
    // jest needs it for ES modules; its workers inherit it.
    '--experimental-vm-modules',
    '--disable-warning=ExperimentalWarning',
    join(root, 'node_modules', 'jest', 'bin', 'jest.js'),
    '--json',
    `--outputFile=${summary}`,
    ...jestArguments,
  ],
  { ...process.env, ...machine },
);
process.exit(code);
