import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import typescript from 'typescript';
import { encodeProxy } from '../../../runtime/proxy/proxyFile.js';
import { withTool } from '../../harness/tools.js';
import { root } from '../../package/sources.js';
import { tinyProxy } from '../node/files.js';
import { seenHead } from './seenHead.js';

/**
 * What the Editor's bundler does to every source before it runs it on its own Babylon (BabylonJS/Editor,
 * editor/src/tools/compile.ts): its patterns end at the last quote of a line.
 */
const rewrite = (source: string): string =>
  source
    .replace(/"@babylonjs\/core\/?.*"/g, '"babylonjs"')
    .replace(/"@babylonjs\/gui\/?.*"/g, '"babylonjs-gui"')
    .replace(/"@babylonjs\/loaders\/?.*"/g, '"babylonjs-loaders"')
    .replace(/"@babylonjs\/materials\/?.*"/g, '"babylonjs-materials"')
    .replace(/import\("/g, 'require("');

const modulesIn = (folder: string): string[] =>
  readdirSync(join(root, 'dist', folder), { recursive: true })
    .map((name) => join(folder, String(name)))
    .filter((name) => name.endsWith('.js'));

let bundle = '';
beforeAll(() => {
  mkdirSync(join(root, 'artifacts'), { recursive: true });
  bundle = mkdtempSync(join(root, 'artifacts', 'editor-'));
});
afterAll(() => rmSync(bundle, { recursive: true, force: true }));

describe('dist, bundled as Babylon’s Editor does', () => {
  test('has its Babylon replaced everywhere, and only that', () => {
    const left = modulesIn('plugin').flatMap((name) => {
      const before = readFileSync(join(root, 'dist', name), 'utf8');
      const after = rewrite(before);
      const imports = (source: string): number => source.match(/^(import|export) .*from/gm)?.length ?? 0;
      const wrong = /["']@babylonjs\/core/.test(after) || imports(before) !== imports(after);
      return wrong ? [name] : [];
    });
    expect(left).toEqual([]);
  });

  test('runs on the Editor’s Babylon: created, cloned, saved, loaded, played', () => {
    for (const name of ['plugin', 'runtime', 'shaders'].flatMap(modulesIn)) {
      const source = rewrite(readFileSync(join(root, 'dist', name), 'utf8'));
      const { outputText } = typescript.transpileModule(source, {
        compilerOptions: {
          module: typescript.ModuleKind.CommonJS,
          target: typescript.ScriptTarget.ES2022,
          esModuleInterop: true,
        },
      });
      mkdirSync(join(bundle, dirname(name)), { recursive: true });
      writeFileSync(join(bundle, name), outputText);
    }
    writeFileSync(join(bundle, 'package.json'), '{ "type": "commonjs" }');
    writeFileSync(join(bundle, 'proxy'), encodeProxy(tinyProxy()));
    for (const name of ['editorScenario.mjs', 'headScenario.mjs']) {
      cpSync(join(root, 'test/plugin/editor', name), join(bundle, name));
    }
    const { stdout, stderr } = spawnSync(process.execPath, ['editorScenario.mjs', 'proxy'], {
      cwd: bundle,
      env: withTool('oldest'),
      encoding: 'utf8',
    });
    const last = stdout.trim().split('\n').at(-1) ?? '';
    expect({ stderr: stderr.replace(/^BJS.*\n/gm, ''), last }).toMatchObject({ stderr: '' });
    expect(JSON.parse(last)).toEqual({
      ...seenHead,
      version: '9.12.0',
    });
  });
});
