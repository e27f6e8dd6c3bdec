// Not in npm test: it installs from npm’s registry. By hand, after npm test has made the machine ready:
// node --experimental-vm-modules node_modules/jest/bin/jest.js -i --testMatch "**/templates.manual.ts"
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { PersonalizedHeadMesh } from '../../plugin/index.js';
import { openPage, serve, type TestPage } from '../harness/browser.js';
import { meanColor } from '../samples/pixels.js';
import { root } from './sources.js';

const patience = 1_800_000;
let folder: string;
let tarball: string;

function run(command: string, args: readonly string[], cwd: string): string {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, encoding: 'utf8', maxBuffer: 1 << 26 });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}\n${stdout}${stderr}`);
  return stdout + stderr;
}

/** A template in a folder of its own, with this package from its packed file. */
function install(template: string): string {
  const project = join(folder, template);
  cpSync(join(root, 'samples/templates', template), project, { recursive: true });
  run('npm', ['install', '--no-audit', '--no-fund', tarball], project);
  return project;
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'templates-'));
  // dist/ was compiled by jest's global set-up.
  run('npm', ['pack', '--ignore-scripts', '--pack-destination', folder], root);
  tarball = join(
    folder,
    readdirSync(folder).find((name) => name.endsWith('.tgz'))!,
  );
}, patience);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The neural image, on the software adapter, and what it was made of. */
async function expectHead(url: string, name: string): Promise<void> {
  const sample: TestPage = await openPage(`${url}?size=48`);
  await sample.page.waitForFunction(
    () => 'head' in window || document.getElementById('message')!.textContent.includes(':'),
    undefined,
    { timeout: patience },
  );
  expect(await sample.page.textContent('#message')).toBe('');
  expect(await sample.page.evaluate(() => window.head.texture !== null)).toBe(true);
  const frame = (): Promise<number> => sample.page.evaluate(() => window.head.getScene().getFrameId());
  const before = await frame();
  await sample.page.waitForFunction((first) => window.head.getScene().getFrameId() > first + 20, before);
  const [red, green, blue] = meanColor(await sample.screenshot(`template-${name}`), [305, 200, 335, 230]);
  expect(red).toBeGreaterThan(green! + 10);
  expect(green).toBeGreaterThan(blue!);
  expect(sample.errors).toEqual([]);
  await sample.page.close();
}

declare global {
  interface Window {
    head: PersonalizedHeadMesh;
  }
}

describe('vite', () => {
  let project: string;
  let server: ChildProcess | undefined;
  beforeAll(() => {
    project = install('vite');
  }, patience);
  afterAll(() => void server?.kill());

  test(
    'builds, and draws a head',
    async () => {
      const told = run('npm', ['run', 'build'], project);
      expect(told).not.toMatch(/serializers/);
      const wasm = readdirSync(join(project, 'dist/assets')).filter((name) => name.endsWith('.wasm'));
      expect(wasm).toHaveLength(1);
      await expectHead(await serve(join(project, 'dist')), 'vite-build');
    },
    patience,
  );

  test(
    'its development server does too',
    async () => {
      const own = spawn(process.execPath, [join(project, 'node_modules/vite/bin/vite.js'), '--port', '0'], {
        cwd: project,
      });
      server = own;
      const url = await new Promise<string>((resolve, reject) => {
        let text = '';
        const read = (data: Buffer): void => {
          text += data.toString();
          // eslint-disable-next-line no-control-regex -- Vite colours its address
          const found = /http:\/\/localhost:\d+\//.exec(text.replaceAll(/\u001b\[\d+m/g, ''))?.[0];
          if (found) resolve(found);
        };
        own.stdout.on('data', read);
        own.stderr.on('data', read);
        own.once('close', () => reject(new Error(text)));
      });
      await expectHead(url, 'vite-dev');
    },
    patience,
  );
});

test(
  'webpack builds without a warning, and draws a head',
  async () => {
    const project = install('webpack');
    const told = run('npm', ['run', 'build'], project);
    expect(told).not.toMatch(/warning|serializers' in/i);
    const wasm = readdirSync(join(project, 'dist')).filter((name) => name.endsWith('.wasm'));
    expect(wasm).toHaveLength(1);
    await expectHead(await serve(join(project, 'dist')), 'webpack');
  },
  patience,
);
