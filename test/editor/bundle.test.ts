import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { openPage } from '../harness/browser.js';
import { withTool } from '../harness/tools.js';
import { root } from '../package/sources.js';
import { served } from '../plugin/node/files.js';

let folder = '';
beforeAll(() => {
  mkdirSync(join(root, 'artifacts'), { recursive: true });
  folder = mkdtempSync(join(root, 'artifacts', 'editor-'));
  // In a process of its own: webpack leaves workers.
  const build = `import { buildEditor } from ${JSON.stringify(join(root, 'scripts/buildEditor.mjs'))};
    await buildEditor(${JSON.stringify(folder)}); process.exit(0);`;
  const { status, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', build], { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs in the Editor's place: its own Babylon (UMD 9.12), its React, a project with a head, a preview without graphics. */
const scenario = `
  const { createRequire, Module } = require('node:module');
  const fromRoot = createRequire(process.argv[2]);
  const steps = [];
  const own = { 'babylonjs-editor': { registerUndoRedo: (step) => steps.push(step), EditorInspector: { _inspectors: [] } } };
  for (const name of ['babylonjs', 'react']) own[name] = fromRoot(name);
  const load = Module._load;
  Module._load = (request, ...rest) => own[request] ?? load(request, ...rest);
  const { babylonjs: B } = own;
  B.Logger.LogLevels = B.Logger.NoneLogLevel;
  const plugin = require(process.argv[3]);
  const scene = new B.Scene(new B.NullEngine());
  new B.FreeCamera('camera', new B.Vector3(0, 0, -500), scene);
  const drops = new Map();
  const said = [];
  const say = (text) => said.push(text);
  let tab;
  const editor = {
    state: { projectPath: process.argv[4] + '/project.bjseditor' },
    layout: {
      preview: { scene, canvas: { addEventListener: (type, listener) => drops.set(type, listener), removeEventListener: (type) => drops.delete(type) } },
      graph: { refresh: async () => {}, setSelectedNode: (node) => { editor.selected = node; } },
      inspector: {}, console: { log: say, warn: say, error: say },
      addLayoutTab: (content, options) => { tab = options; }, removeLayoutTab: () => { tab = undefined; },
    },
  };
  /** The game: the exported folder, served, and loaded by the runtime that every project of the Editor has. */
  async function playAsync(exported) {
    const { createServer } = require('node:http');
    const { existsSync, mkdirSync, readFileSync, writeFileSync } = require('node:fs');
    const folder = process.argv[4] + '/public';
    mkdirSync(folder + '/scene', { recursive: true });
    writeFileSync(folder + '/scene/example.babylon', JSON.stringify(exported));
    const server = createServer(({ url }, response) => {
      const path = folder + new URL(url, 'http://localhost').pathname;
      const there = existsSync(path) || path.includes('morphTargets/');
      response.writeHead(there ? 200 : 404).end(existsSync(path) ? readFileSync(path) : '');
    });
    await new Promise((resolve) => server.listen(0, resolve));
    own['babylonjs-gui'] = {};
    // What Babylon asks of it; Node has none.
    globalThis.XMLHttpRequest = class extends EventTarget {
      readyState = 0; status = 0; responseType = ''; statusText = ''; responseURL = ''; onreadystatechange = null;
      open(_method, url) { this.url = url; }
      setRequestHeader() {} getResponseHeader() { return null; } abort() {}
      send() {
        fetch(this.url).then(async (answer) => {
          const bytes = await answer.arrayBuffer();
          this.response = this.responseType === 'arraybuffer' ? bytes : new TextDecoder().decode(bytes);
          Object.assign(this, { status: answer.status, responseURL: answer.url, responseText: String(this.response), readyState: 4 });
          for (const type of ['readystatechange', 'load', 'loadend']) this.dispatchEvent(new Event(type));
        });
      }
    };
    const tools = load(fromRoot.resolve('babylonjs-editor-tools'), module, false);
    const game = new B.Scene(new B.NullEngine());
    new B.FreeCamera('game', new B.Vector3(0, 0, -500), game);
    await tools.loadScene('http://localhost:' + server.address().port + '/scene/', 'example.babylon', game, {});
    const [head, ...others] = game.meshes;
    await head.whenReadyAsync();
    game.render();
    const targets = head.morphTargetManager;
    const played = game.beginAnimation(head, 0, 60);
    played.goToFrame(30);
    server.close();
    return {
      others: others.length, nodes: game.transformNodes.length, scale: head.scaling.x, smile: head.smile,
      jaw: +targets.getTargetByName('jawOpen').getPositions()[10].toFixed(3), targets: targets.numTargets,
    };
  }
  (async () => {
    plugin.main(editor);
    const item = JSON.stringify({ name: 'alice', url: '../heads/alice.head' });
    drops.get('drop')({
      dataTransfer: { types: ['application/x-personalized-head'], files: [], getData: () => item },
      offsetX: 5, offsetY: 5, preventDefault() {}, stopPropagation() {},
    });
    for (let i = 0; i < 400 && !editor.selected; i++) await new Promise((resolve) => setTimeout(resolve, 5));
    const head = editor.selected;
    head.smile = 0.75;
    const positions = (saved) => saved.targets.flatMap((target) => target.positions).length;
    const seen = {
      title: plugin.title, version: B.Engine.Version, tab: tab.title, scale: head.scaling.x, smile: head.smile, steps: steps.length,
      isMesh: head instanceof B.Mesh, className: head.getClassName(), said: said.length,
      project: positions(head.morphTargetManager.serialize()),
      game: positions(B.SceneSerializer.Serialize(scene).morphTargetManagers[0]),
      inspectors: own['babylonjs-editor'].EditorInspector._inspectors.length,
    };
    // The preview's networks run by the project's own ONNX Runtime.
    const dims = [2];
    const execution = await globalThis[Symbol.for('babylon-personalized-head/1')].networks();
    const session = await execution.load({
      name: 'twice', nodes: [{ op: 'Add', inputs: ['x', 'x'], outputs: ['y'], attributes: {} }], initializers: new Map(),
      inputs: [{ name: 'x', dims }], outputs: [{ name: 'y', dims }], dims: new Map([['x', dims], ['y', dims]]),
    });
    const { y } = await session.run({ x: { dims, data: Float32Array.of(1, 2) } });
    Object.assign(seen, { network: [execution.name, ...y.data] });
    const track = new B.Animation('smile', 'smile', 60, B.Animation.ANIMATIONTYPE_FLOAT, 0, false);
    track.setKeys([{ frame: 0, value: 0 }, { frame: 60, value: 1 }]);
    head.animations = [track];
    // As the Editor exports: the positions of targets are files of their own, here empty.
    const exported = await B.SceneSerializer.SerializeAsync(scene);
    exported.morphTargetManagers[0].meshId = head.id;
    for (const target of exported.morphTargetManagers[0].targets) {
      Object.assign(target, { delayLoadingFile: 'example/morphTargets/' + target.id + '.babylonbinarymeshdata', positions: null, positionsCount: 0 });
    }
    plugin.close();
    seen.played = await playAsync(exported);
    console.log(JSON.stringify({ ...seen, left: [tab ?? null, drops.size, own['babylonjs-editor'].EditorInspector._inspectors.length] }));
    process.exit(0);
  })().catch((error) => { console.error(error); process.exit(1); });
`;

test('the bundle works on the Editor’s own Babylon', () => {
  const heads = join(folder, 'public/heads');
  mkdirSync(heads, { recursive: true });
  for (const name of ['alice.head', 'base.proxy.safetensors'])
    writeFileSync(join(heads, name), served.get(`heads/${name}`)!);
  writeFileSync(join(folder, 'scenario.cjs'), scenario);
  writeFileSync(join(folder, 'package.json'), '{ "type": "commonjs" }');
  mkdirSync(join(folder, 'node_modules'));
  symlinkSync(join(root, 'node_modules/onnxruntime-web'), join(folder, 'node_modules/onnxruntime-web'));
  const { stdout, stderr } = spawnSync(
    process.execPath,
    // ONNX Runtime's 27 MB would be compiled twice, the second time for half a minute.
    ['--liftoff-only', join(folder, 'scenario.cjs'), join(root, 'package.json'), join(folder, 'index.js'), folder],
    { encoding: 'utf8', env: withTool('oldest') },
  );
  const last = stdout.trim().split('\n').at(-1) ?? '';
  expect({ stderr, last: last.startsWith('{') }).toEqual({ stderr: '', last: true });
  expect(JSON.parse(last)).toEqual({
    title: 'Personalized Head',
    version: '9.12.0',
    tab: 'Heads',
    scale: 100,
    smile: 0.75,
    steps: 1,
    isMesh: true,
    className: 'Mesh',
    // Why only the mesh shows.
    said: 1,
    project: 52 * 18,
    game: 0,
    inspectors: 1,
    network: ['wasm', 2, 4],
    // The head came with its expressions and its track.
    played: { others: 0, nodes: 2, scale: 100, smile: 0.5, jaw: -0.3, targets: 52 },
    left: [null, 0, 0],
  });
  // No second Babylon and no second React: they are the Editor's.
  const source = readFileSync(join(folder, 'index.js'), 'utf8');
  expect(source.length).toBeLessThan(530_000);
  expect(
    [...source.matchAll(/require\("([^"]+)"\)/g)].map(([, name]) => name!).filter((name) => !isKnown(name)),
  ).toEqual([]);
});

/** The Editor's window as far as networks need it: a page of files whose `require` knows Node and reads the disk. */
const page = `<!doctype html><input type="file" multiple>
<script>
  const files = () => [...document.querySelector('input').files];
  const known = {
    babylonjs: undefined, react: { createElement: () => null, Component: class {} },
    'babylonjs-editor': { EditorInspector: { _inspectors: [] }, registerUndoRedo() {} },
    'node:path': {
      sep: '/', join: (...parts) => parts.join('/'), resolve: (path) => path, dirname: (path) => path.replace(/\\/[^/]*$/, ''),
    },
    'node:url': { pathToFileURL: (path) => new URL('file://' + path) },
    'node:module': { createRequire: () => Object.assign(() => {}, { resolve: () => '/ort/ort.webgpu.min.js' }) },
    'node:fs/promises': {
      readFile: (path, encoding) => {
        const file = files().find(({ name }) => path.endsWith('/' + name));
        return file ? (encoding ? file.text() : file.arrayBuffer()) : Promise.reject(new Error(path));
      },
    },
  };
  const require = (name) => (name === 'babylonjs' ? BABYLON : (known[name] ?? {}));
  const module = { exports: {} };
  const { exports } = module;
  const __filename = '/plugin/index.js';
</script>
<script src="babylon.js"></script>
<script src="index.js"></script>
<script>
  const said = [];
  const say = (text) => said.push(text);
  async function networks() {
    module.exports.main({
      state: { projectPath: '/project/project.bjseditor' },
      layout: { inspector: {}, console: { log: say, warn: say, error: say }, addLayoutTab() {}, removeLayoutTab() {} },
    });
    const dims = [2];
    const execution = await globalThis[Symbol.for('babylon-personalized-head/1')].networks();
    const session = await execution.load({
      name: 'twice', nodes: [{ op: 'Add', inputs: ['x', 'x'], outputs: ['y'], attributes: {} }], initializers: new Map(),
      inputs: [{ name: 'x', dims }], outputs: [{ name: 'y', dims }], dims: new Map([['x', dims], ['y', dims]]),
    });
    // The plugin goes, and its heads' networks go on.
    module.exports.close();
    const { y } = await session.run({ x: { dims, data: Float32Array.of(1, 2) } });
    await session.dispose();
    return { beside: execution.beside === true, y: [...y.data], said };
  }
</script>`;

test('in a page of files, as the Editor’s window is one, networks run in a worker', async () => {
  symlinkSync(join(root, 'tools/oldest/node_modules/babylonjs/babylon.js'), join(folder, 'babylon.js'));
  writeFileSync(join(folder, 'page.html'), page);
  const { page: window, errors } = await openPage(pathToFileURL(join(folder, 'page.html')).href, { webgpu: false });
  const dist = join(root, 'node_modules/onnxruntime-web/dist');
  const runtime = ['wasm', 'mjs'].map((type) => join(dist, `ort-wasm-simd-threaded.asyncify.${type}`));
  await window.locator('input').setInputFiles([join(dist, 'ort.webgpu.min.js'), ...runtime]);
  expect(await window.evaluate('networks()')).toEqual({ beside: true, y: [2, 4], said: [] });
  expect(errors).toEqual([]);
});

const { isBuiltin } = createRequire(import.meta.url)('node:module') as typeof import('node:module');
const isKnown = (name: string): boolean =>
  ['babylonjs', 'babylonjs-editor', 'react'].includes(name) || name.startsWith('onnxruntime-') || isBuiltin(name);
