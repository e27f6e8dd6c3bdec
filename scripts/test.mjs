// `npm test`: prepares the machine, checks types, lint and format, then runs every tier of tests.
// `npm run test:unit` (gpu, browser, package) runs one tier. With other arguments (`npm test -- test/render`) they go to jest, and only
// jest runs.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { prepareMachine } from './machine.mjs';
import { testFiles, tiers, toolsOf } from './tiers.mjs';
import { installTools } from './tools.mjs';

const root = join(import.meta.dirname, '..');
const [first, ...others] = process.argv.slice(2);
const summary = join(root, 'artifacts', 'jest.json');

function run(command, args, env = process.env) {
  const { status, error } = spawnSync(command, args, { cwd: root, env, stdio: 'inherit' });
  if (error) console.error(error.message);
  return status ?? 1;
}

function jest(report, args, env) {
  const code = run(
    process.execPath,
    [
      // jest needs it for ES modules; its workers inherit it.
      '--experimental-vm-modules',
      '--disable-warning=ExperimentalWarning',
      join(root, 'node_modules', 'jest', 'bin', 'jest.js'),
      '--json',
      `--outputFile=${report}`,
      ...args,
    ],
    env,
  );
  return code;
}

/** Runs tiers one after the other, and adds up what each reports. */
function runTiers(names, env) {
  const files = testFiles();
  const total = { numPassedTests: 0, numFailedTests: 0, numRuntimeErrorTestSuites: 0, success: true };
  for (const [turn, name] of names.entries()) {
    const own = files.filter(({ tier }) => tier === name).map(({ file }) => file);
    console.log(`\n${name}: ${tiers[name].about}; ${own.length} files.`);
    const report = join(root, 'artifacts', `jest-${name}.json`);
    rmSync(report, { force: true });
    jest(report, [`--testTimeout=${tiers[name].limit}`, ...others, '--runTestsByPath', ...own], {
      ...env,
      // dist/ is compiled once.
      ...(turn > 0 ? { PERSONALIZED_HEAD_IS_BUILT: '1' } : {}),
    });
    let result;
    try {
      result = JSON.parse(readFileSync(report, 'utf8'));
    } catch {
      console.error(`${name}: jest ended without a report.`);
      result = { numPassedTests: 0, numFailedTests: 0, numRuntimeErrorTestSuites: 1, success: false };
    }
    for (const key of ['numPassedTests', 'numFailedTests', 'numRuntimeErrorTestSuites']) total[key] += result[key];
    total.success &&= result.success;
  }
  writeFileSync(summary, JSON.stringify(total));
  console.log(`\nTests of ${names.join(', ')}: ${total.numPassedTests} passed, ${total.numFailedTests} failed.`);
  return total.success ? 0 : 1;
}

mkdirSync(join(root, 'artifacts'), { recursive: true });
// An old count must not be taken for this run's.
rmSync(summary, { force: true });

const tier = /^--tier=(.*)$/.exec(first ?? '')?.[1];
if (tier !== undefined && !(tier in tiers))
  throw new Error(`expected one of the tiers ${Object.keys(tiers).join(', ')}, got ${tier}`);

/** The tests that the arguments name; all where they name none. */
function chosenFiles() {
  const patterns = [first ?? '', ...others].filter((each) => each !== '' && !each.startsWith('-'));
  const all = testFiles().filter((each) => tier === undefined || each.tier === tier);
  const named = all.filter(({ file }) => patterns.some((pattern) => file.includes(pattern.replace(/^\.\//, ''))));
  return (named.length > 0 ? named : all).map(({ file }) => file);
}
installTools(toolsOf(chosenFiles()));
const machine = { ...process.env, ...prepareMachine() };

if (first === undefined) {
  // npm runs this script through its own JavaScript file, which needs no shell on any system.
  const npm = process.env.npm_execpath;
  const code = npm
    ? run(process.execPath, [npm, 'run', '--silent', 'check'])
    : run('npm', ['run', '--silent', 'check']);
  if (code !== 0) process.exit(code);
}

if (first === undefined || tier !== undefined) process.exit(runTiers(tier ? [tier] : Object.keys(tiers), machine));
process.exit(jest(summary, [first, ...others], machine));
