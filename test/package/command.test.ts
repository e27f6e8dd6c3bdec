import { spawnSync } from 'node:child_process';
import { builtinModules } from 'node:module';
import { existsSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from '@jest/globals';
import { inFolder } from '../cli/command.js';
import { code, importsOf, root, text } from './sources.js';

interface Package {
  readonly name: string;
  readonly version: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}
const packageOf = (folder: string): Package => JSON.parse(text(join(folder, 'package.json'))) as Package;
const library = packageOf('');
const command = packageOf('cli');

/** `@scope/name/path` to `@scope/name`. */
const packageName = (imported: string): string => imported.split('/', imported.startsWith('@') ? 2 : 1).join('/');

function packagesOf(folders: readonly string[]): string[] {
  const sources = code.filter((file) => file.endsWith('.ts') && folders.includes(file.split('/')[0]!));
  const imported = new Set(sources.flatMap((file) => importsOf(file)));
  const builtin = (name: string): boolean => name.startsWith('node:') || builtinModules.includes(name);
  const local = (name: string): boolean => folders.some((folder) => name.startsWith(`${folder}/`));
  return [...imported].filter((name) => !local(name) && !builtin(name)).map(packageName);
}

test('the library depends on what its own modules import, and so on nothing of a command', () => {
  const imported = packagesOf(['shaders', 'runtime', 'personalize', 'plugin']);
  expect(Object.keys(library.dependencies!).filter((name) => !imported.includes(name))).toEqual([]);
  const declared = Object.keys({ ...library.dependencies, ...library.peerDependencies });
  // Their types alone: of judges, and of what every ONNX Runtime brings.
  const typesOnly = ['@tensorflow/tfjs', 'onnxruntime-common'];
  expect(imported.filter((name) => !declared.includes(name) && !typesOnly.includes(name))).toEqual([]);
});

test('the command depends on the library of its own version, and declares all that it imports', () => {
  expect(command.dependencies![library.name]).toBe(library.version);
  expect(command.version).toBe(library.version);
  const declared = Object.keys({ ...command.dependencies, ...command.peerDependencies });
  expect(packagesOf(['cli']).filter((name) => !declared.includes(name))).toEqual([]);
});

function run(program: string, args: readonly string[], cwd: string): string {
  const { status, stdout, stderr } = spawnSync(program, args, { cwd, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${program} ${args.join(' ')}\n${stdout}${stderr}`);
  return stdout;
}

test('packed alone and put beside the packed library, the command draws the embedded base from another folder', () =>
  inFolder((folder) => {
    const modules = join(folder, 'node_modules');
    for (const [path, { name }] of [
      [root, library],
      [join(root, 'cli'), command],
    ] as const) {
      run('npm', ['pack', '--ignore-scripts', '--silent', '--pack-destination', folder], path);
      const packed = readdirSync(folder).find((each) => each.startsWith(`${name}-`) && each.endsWith('.tgz'))!;
      mkdirSync(join(modules, name), { recursive: true });
      run('tar', ['-xzf', join(folder, packed), '-C', join(modules, name), '--strip-components=1'], folder);
    }
    expect(existsSync(join(modules, library.name, 'cli'))).toBe(false);
    // What npm would install of others.
    const declared = { ...library.dependencies, ...command.dependencies };
    for (const name of Object.keys(declared).filter((each) => each !== library.name))
      symlinkSync(resolve('node_modules', name), join(modules, name), 'junction');
    const elsewhere = join(folder, 'elsewhere');
    mkdirSync(elsewhere);
    const launcher = join(modules, command.name, 'personalized-head.mjs');
    expect(run(process.execPath, [launcher, '--version'], elsewhere)).toBe(`${command.version}\n`);
    run(process.execPath, [launcher, 'render', '--backend', 'cpu', '--size', '16', '-o', 'x.png'], elsewhere);
    expect(readdirSync(elsewhere)).toContain('x.png');
    return Promise.resolve();
  }));
