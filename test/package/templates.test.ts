import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { PersonalizedHeadMesh } from '../../plugin/index.js';
import { openPage, serve, type TestPage } from '../harness/browser.js';
import { meanColor } from '../samples/pixels.js';
import { buildUmd } from './buildUmd.js';
import { root, text } from './sources.js';

/** Of one test; it installs packages from npm's registry. */
const patience = 900_000;
let folder: string;
let tarball: string;

function run(command: string, args: readonly string[], cwd: string): string {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, encoding: 'utf8', maxBuffer: 1 << 26 });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}\n${stdout}${stderr}`);
  return stdout + stderr;
}

/** This package from its packed file, and others from npm. */
function install(project: string, ...packages: readonly string[]): void {
  run('npm', ['install', '--no-audit', '--no-fund', '--prefer-offline', tarball, ...packages], project);
}

/** A template in a folder of its own. */
function installTemplate(template: string): string {
  const project = join(folder, template);
  cpSync(join(root, 'samples/templates', template), project, { recursive: true });
  install(project);
  return project;
}

/** Changes a file, which must have what is changed. */
function edit(path: string, ...changes: readonly (readonly [from: string, to: string])[]): void {
  const edited = changes.reduce(
    (source, [from, to]) => {
      if (!source.includes(from)) throw new Error(`${path} has no ${from}`);
      return source.replaceAll(from, to);
    },
    readFileSync(path, 'utf8'),
  );
  writeFileSync(path, edited);
}

/** The first example in this language of a document. */
function example(document: string, language: string, contains: string): string {
  const blocks = [...text(document).matchAll(/^```(\w+)\n([^]*?)^```/gm)];
  return blocks.find(([, name, code]) => name === language && code!.includes(contains))![2]!;
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'templates-'));
  // The rest of dist/ was compiled by jest's global set-up.
  buildUmd();
  run('npm', ['pack', '--ignore-scripts', '--pack-destination', folder], root);
  tarball = join(
    folder,
    readdirSync(folder).find((name) => name.endsWith('.tgz'))!,
  );
}, patience);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

declare global {
  interface Window {
    head: PersonalizedHeadMesh;
    /** Bytes that loading has told of. */
    loaded: number;
  }
}

/** A page whose head is drawn by the network, on the software adapter of WebGPU or by WebGL 2. */
async function openHead(url: string, name: string, webgpu = true): Promise<TestPage> {
  const sample = await openPage(`${url}?size=48`, { webgpu });
  await sample.page.waitForFunction(
    () => 'head' in window || (document.getElementById('message')?.textContent.includes(':') ?? false),
    undefined,
    { timeout: patience },
  );
  if (webgpu) expect(await sample.page.evaluate(() => document.getElementById('message')?.textContent ?? '')).toBe('');
  expect(await sample.page.evaluate(() => window.head.texture !== null)).toBe(true);
  const frame = (): Promise<number> => sample.page.evaluate(() => window.head.getScene().getFrameId());
  const before = await frame();
  await sample.page.waitForFunction(
    (first) => window.head.getScene().getFrameId() > first + 20 && window.head.getScene().isReady(),
    before,
  );
  const [red, green, blue] = meanColor(await sample.screenshot(`template-${name}`), [305, 200, 335, 230]);
  expect(red).toBeGreaterThan(green! + 10);
  expect(green).toBeGreaterThan(blue!);
  expect(sample.errors).toEqual([]);
  return sample;
}

const wasmIn = (built: string): string[] => readdirSync(built).filter((name) => name.endsWith('.wasm'));

describe('vite', () => {
  let project: string;
  let server: ChildProcess | undefined;
  beforeAll(() => {
    project = installTemplate('vite');
  }, patience);
  afterEach(() => void server?.kill());

  /** @returns the address that it tells */
  async function vite(...args: readonly string[]): Promise<string> {
    const own = spawn(process.execPath, [join(project, 'node_modules/vite/bin/vite.js'), ...args], { cwd: project });
    server = own;
    return new Promise((resolve, reject) => {
      let told = '';
      const read = (data: Buffer): void => {
        told += data.toString();
        // eslint-disable-next-line no-control-regex -- Vite colours its address
        const found = /http:\/\/localhost:\d+\//.exec(told.replaceAll(/\u001b\[\d+m/g, ''))?.[0];
        if (found) resolve(found);
      };
      own.stdout.on('data', read);
      own.stderr.on('data', read);
      own.once('close', () => reject(new Error(told)));
    });
  }

  test(
    'its development server shows a head without wasmPaths',
    async () => {
      await (await openHead(await vite('--port', '5191'), 'vite-dev')).page.close();
    },
    patience,
  );

  test(
    'its development server starts the worker of personalize, configured as the document says',
    async () => {
      writeFileSync(join(project, 'vite.worker.js'), example('docs/photos.md', 'js', 'optimizeDeps'));
      writeFileSync(
        join(project, 'worker.js'),
        `import { createPersonalizeWorker, readPhotosInWorker } from 'babylon-personalized-head/personalize';
        const worker = createPersonalizeWorker();
        worker.onerror = () => (window.answer = 'the worker cannot be loaded');
        const files = new Map([['dataset.json', new Blob(['{"labels": 7}'])]]);
        readPhotosInWorker(worker, { files }).catch((error) => (window.answer ??= error.code));`,
      );
      writeFileSync(join(project, 'worker.html'), '<!doctype html><script type="module" src="/worker.js"></script>');
      const url = await vite('--config', 'vite.worker.js', '--port', '5194');
      const { page } = await openPage(`${url}worker.html`, { webgpu: false });
      const answer = (): unknown => (window as unknown as { answer?: string }).answer;
      await page.waitForFunction(answer);
      expect(await page.evaluate(answer)).toBe('photos/labels');
      await page.close();
    },
    patience,
  );

  test(
    'a build has ONNX Runtime once and shows a head; progress counts what wasmPaths names',
    async () => {
      edit(
        join(project, 'main.js'),
        [
          'const canvas',
          "import wasmPaths from 'onnxruntime-web/ort-wasm-simd-threaded.asyncify.wasm?url';\nconst canvas",
        ],
        ['seed: 2,', 'seed: 2, wasmPaths,'],
        ['onProgress: ({ loaded }) => say(', 'onProgress: ({ loaded }) => say((window.loaded = loaded) && '],
      );
      expect(run('npm', ['run', 'build'], project)).not.toMatch(/serializers/);
      expect(wasmIn(join(project, 'dist/assets'))).toHaveLength(1);
      const { page } = await openHead(await vite('preview', '--port', '5192'), 'vite-preview');
      // Base and ONNX Runtime.
      expect(await page.evaluate(() => window.loaded)).toBeGreaterThan(36e6);
      await page.close();
    },
    patience,
  );

  test(
    'the README’s example works as it stands, without WebGPU too',
    async () => {
      mkdirSync(join(project, 'public/assets'), { recursive: true });
      const [copy] = /^cp node_modules\/.*?(?= +#)/m.exec(text('README.md'))!;
      run('sh', ['-c', copy], project);
      edit(join(project, 'index.html'), ['/main.js', '/readme.ts'], ['Loading', '']);
      const code = example('README.md', 'ts', 'CreatePersonalizedHeadAsync');
      writeFileSync(join(project, 'readme.ts'), `${code}Object.assign(window, { head });\n`);
      const { page } = await openHead(await vite('--port', '5193'), 'vite-readme', false);
      await page.close();
    },
    patience,
  );
});

test(
  'webpack builds without a warning, with ONNX Runtime once, and shows a head',
  async () => {
    const project = installTemplate('webpack');
    expect(run('npm', ['run', 'build'], project)).not.toMatch(/warning|serializers' in/i);
    expect(wasmIn(join(project, 'dist'))).toHaveLength(1);
    await (await openHead(await serve(join(project, 'dist')), 'webpack')).page.close();
  },
  patience,
);

test(
  'the documents’ plain scripts show a head',
  async () => {
    const project = join(folder, 'plain');
    mkdirSync(project);
    writeFileSync(join(project, 'package.json'), '{ "private": true }');
    install(project, 'babylonjs@9', 'onnxruntime-web@1.30');
    writeFileSync(
      join(project, 'index.html'),
      `<!doctype html>\n<meta charset="utf-8" /><link rel="icon" href="data:," />\n<canvas width="640" height="480"></canvas>\n` +
        `<style>body { margin: 0 }</style>\n${example('docs/head.md', 'html', 'cdn.jsdelivr.net')}`,
    );
    edit(
      join(project, 'index.html'),
      ['https://cdn.babylonjs.com/', 'node_modules/babylonjs/'],
      ['npm/babylon-personalized-head@0.1.0"', 'npm/babylon-personalized-head/dist/umd/babylon-personalized-head.js"'],
      ['https://cdn.jsdelivr.net/npm/', 'node_modules/'],
      ['@1.30.0', ''],
      ['@0.1.0', ''],
      [
        '<script>\n',
        `<script type="module">
          const engine = await BABYLON.createHeadEngineAsync(document.querySelector('canvas'));
          const scene = new BABYLON.Scene(engine);
          new BABYLON.FreeCamera('camera', new BABYLON.Vector3(0, 0, -1.2), scene);
          engine.runRenderLoop(() => scene.render());
          const quality = { resolution: 48, movingResolution: 48, depthResolution: 8 };
        `,
      ],
      ['wasmPaths }', 'wasmPaths, quality }'],
      ['(head.smile = 1)', 'Object.assign(window, { head })'],
    );
    await (await openHead(await serve(project), 'plain')).page.close();
  },
  patience,
);
