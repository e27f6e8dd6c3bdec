import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import '@babylonjs/core/Culling/ray.js';
import '@babylonjs/core/Loading/Plugins/babylonFileLoader.js';
import { FreeCamera } from '@babylonjs/core/Cameras/freeCamera.js';
import { NullEngine } from '@babylonjs/core/Engines/nullEngine.js';
import { Vector3 } from '@babylonjs/core/Maths/math.vector.js';
import { CreateGround } from '@babylonjs/core/Meshes/Builders/groundBuilder.js';
import { Logger } from '@babylonjs/core/Misc/logger.js';
import { SceneSerializer } from '@babylonjs/core/Misc/sceneSerializer.js';
import { Scene } from '@babylonjs/core/scene.js';
import type { PersonalizedHeadMesh } from '../../plugin/index.js';
import { registry } from '../../plugin/registry.js';
import { ARKIT_NAMES } from '../../plugin/arkitNames.js';
import { close, main } from '../../editor/src/index.js';
import { withHeadEngine } from '../../editor/src/game.js';
import { fireDrag, usePage } from '../harness/page.js';
import { served } from '../plugin/node/files.js';
import { turns } from '../plugin/node/stage.js';
import { FakeEditor, history, inspectors, onProjectSavedObservable } from './fakeEditor.js';

usePage();

let folder = '';
let editor: FakeEditor;
const heads = (): string => join(folder, 'public/heads');
const serializeNow = (): unknown => Object.getOwnPropertyDescriptor(SceneSerializer, 'Serialize')!.value;
const serialize = serializeNow();

/** What React must have handled, also what follows from it later. */
const settle = async (until: () => boolean = () => false): Promise<void> => {
  const { act } = await import('react');
  for (let i = 0; i < 100 && !until(); i++) await act(turns);
};

function newScene(): Scene {
  const scene = new Scene(new NullEngine());
  const camera = new FreeCamera('camera', new Vector3(0, 200, -600), scene);
  camera.setTarget(Vector3.Zero());
  camera.maxZ = 10_000;
  CreateGround('ground', { width: 2000, height: 2000 }, scene).position.y = 10;
  scene.render();
  return scene;
}

beforeEach(async () => {
  for (const level of ['Log', 'Warn', 'Error'] as const) jest.spyOn(Logger, level).mockImplementation(() => undefined);
  folder = mkdtempSync(join(tmpdir(), 'editor-'));
  mkdirSync(heads(), { recursive: true });
  for (const name of ['alice.head', 'base.proxy.safetensors'])
    writeFileSync(join(heads(), name), served.get(`heads/${name}`)!);
  writeFileSync(join(heads(), 'base.safetensors'), 'its header is not read');
  globalThis.fetch = () => Promise.reject(new TypeError('a page of Electron reads no files'));
  const { createRoot } = await import('react-dom/client');
  editor = new FakeEditor(createRoot);
  editor.state.projectPath = join(folder, 'project.bjseditor');
  editor.scene = newScene();
});
afterEach(() => {
  editor.inspect(null);
  close();
  history.clear();
  editor.scene?.getEngine().dispose();
  editor.canvas.remove();
  rmSync(folder, { recursive: true, force: true });
  jest.restoreAllMocks();
});

const tab = (): HTMLElement => [...editor.tabs.values()][0]!.place;
const cards = (): HTMLElement[] => [...tab().querySelectorAll<HTMLElement>('li [role=button]')];
const headsIn = (scene = editor.scene!): PersonalizedHeadMesh[] =>
  scene.meshes.filter((mesh): mesh is PersonalizedHeadMesh => mesh.name !== 'ground');
const rowInputs = (label: string): HTMLInputElement[] => [
  ...editor.inspector!.querySelectorAll<HTMLInputElement>(`input[aria-label="${label}"]`),
];

async function startAsync(): Promise<void> {
  main(editor);
  await settle(() => cards().length > 0);
}

/** Drags the first card onto the middle of the canvas. */
async function dropAliceAsync(): Promise<PersonalizedHeadMesh> {
  const { carried } = fireDrag(cards()[0]!, 'dragstart');
  const { width, height } = {
    width: editor.scene!.getEngine().getRenderWidth(),
    height: editor.scene!.getEngine().getRenderHeight(),
  };
  const count = headsIn().length;
  fireDrag(editor.canvas, 'dragover', 0, 0, { data: carried });
  expect(fireDrag(editor.canvas, 'drop', width / 2, height / 2, { data: carried }).accepted).toBe(true);
  await settle(() => headsIn().length > count && editor.selected === headsIn().at(-1));
  return headsIn().at(-1)!;
}

/** As a user moves a slider: several values, then the end of the drag. */
async function slideAsync(label: string, ...values: number[]): Promise<void> {
  const { act } = await import('react');
  const [slider] = rowInputs(label);
  const property = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(slider!), 'value')!;
  for (const value of values) {
    act(() => {
      property.set!.call(slider, String(value));
      slider!.dispatchEvent(new Event('input', { bubbles: true }));
    });
  }
  act(() => void slider!.dispatchEvent(new Event('pointerup', { bubbles: true })));
}

describe('the plugin in the Editor', () => {
  test('shows a tab with the project’s heads and the faces of its base', async () => {
    await startAsync();
    expect([...editor.tabs.values()].map(({ tab: { title, neighborId } }) => [title, neighborId])).toEqual([
      ['Heads', 'assets-browser'],
    ]);
    expect(cards().map(({ textContent }) => textContent)).toEqual([
      'Aalice',
      ...Array.from({ length: 8 }, (_, i) => `S${i}seed ${i}`),
    ]);
    expect(inspectors).toHaveLength(1);
  });

  test('a dropped head stands under the mouse, a hundred times as large, selected; undo and redo', async () => {
    await startAsync();
    const scene = editor.scene!;
    const { pickedPoint } = scene.pick(scene.getEngine().getRenderWidth() / 2, scene.getEngine().getRenderHeight() / 2);
    const [head, twin] = [await dropAliceAsync(), await dropAliceAsync()];
    // The octahedron's lower end is 0.2 below its middle.
    expect(Vector3.Distance(head.position, pickedPoint!.add(new Vector3(0, 20, 0)))).toBeLessThan(1e-3);
    expect(head.scaling.asArray()).toEqual([100, 100, 100]);
    expect([head.name, twin.name]).toEqual(['alice', 'alice 2']);
    const nodes = [head, twin].flatMap((each) => [each, each.poseNode, each.poseNode.parent!]);
    expect(new Set(nodes.map(({ id }) => id)).size).toBe(6);
    expect(new Set(nodes.map(({ uniqueId }) => uniqueId)).size).toBe(6);
    expect(nodes.filter(({ id, uniqueId }) => !/^[\w.-]+$/.test(id) || uniqueId < 2 ** 32)).toEqual([]);
    expect((head.metadata as { personalizedHead: object }).personalizedHead).toEqual({
      version: 1,
      url: '../heads/alice.head',
      base: { hash: expect.any(String) },
    });
    expect(head.morphTargetManager!.getTargetByName('jawOpen')!.id).toBe(`${head.id}.jawOpen`);
    // Said once, and why.
    expect(editor.said.filter((line) => line.startsWith('log: '))).toHaveLength(1);
    expect(editor.said[0]).toMatch(/textured meshes in this preview: it draws by neither WebGPU nor a WebGL 2/);
    history.undo();
    await settle(() => editor.selected !== twin);
    expect([headsIn(), scene.transformNodes.length]).toEqual([[head], 2]);
    history.redo();
    await settle(() => editor.selected === twin);
    expect([headsIn(), scene.transformNodes.length]).toEqual([[head, twin], 4]);
    history.undo();
    history.clear();
    expect([head.isDisposed(), twin.isDisposed()]).toEqual([false, true]);
  });

  test('heads come from the assets browser and the desktop, copied to public/heads', async () => {
    await startAsync();
    const bob = served.get('heads/alice.head')!;
    mkdirSync(join(folder, 'assets'));
    writeFileSync(join(folder, 'assets/bob.head'), bob);
    const data = new Map([['assets', JSON.stringify([join(folder, 'assets/bob.head'), 'picture.png'])]]);
    expect(fireDrag(editor.canvas, 'drop', 5, 5, { data }).accepted).toBe(true);
    await settle(() => headsIn().length === 1);
    const file = { name: 'Carol Ann.head', arrayBuffer: () => Promise.resolve(new Uint8Array(bob).buffer) };
    expect(fireDrag(editor.canvas, 'drop', 5, 5, { files: [file] }).accepted).toBe(true);
    await settle(() => headsIn().length === 2);
    expect(headsIn().map(({ name }) => name)).toEqual(['bob', 'Carol_Ann']);
    expect(readFileSync(join(heads(), 'Carol_Ann.head')).equals(bob)).toBe(true);
    expect(readFileSync(join(heads(), 'bob.head')).equals(bob)).toBe(true);
    // Pictures of the assets browser are the Editor's.
    const picture = new Map([['assets', '["picture.png"]']]);
    expect(fireDrag(editor.canvas, 'drop', 5, 5, { data: picture }).accepted).toBe(false);
  });

  test('every row of the inspector is a step that can be undone, and has a key', async () => {
    await startAsync();
    const head = await dropAliceAsync();
    const labels = [...editor.inspector!.querySelectorAll('input[type=range]')].map((input) =>
      input.getAttribute('aria-label'),
    );
    expect(labels).toEqual(expect.arrayContaining([...ARKIT_NAMES, 'smile', 'yaw', 'latentMix', 'exposure']));
    const before = history.size;
    await slideAsync('jawOpen', 0.1, 0.2, 0.6);
    expect([head.expression.jawOpen, history.size]).toEqual([0.6, before + 1]);
    history.undo();
    expect(head.expression.jawOpen).toBe(0);
    history.redo();
    await settle(() => rowInputs('jawOpen')[1]!.value === '0.6');
    expect(rowInputs('jawOpen').map(({ value }) => value)).toEqual(['0.6', '0.6']);
    for (const name of ARKIT_NAMES) await slideAsync(name, 0.5);
    expect(ARKIT_NAMES.map((name) => head.expression[name])).toEqual(ARKIT_NAMES.map(() => 0.5));

    const key = (label: string): HTMLElement => editor.inspector!.querySelector(`button[aria-label="Key ${label}"]`)!;
    const { act } = await import('react');
    editor.frame = 30;
    await slideAsync('yaw', 0.4);
    act(() => key('yaw').click());
    editor.frame = 0;
    await slideAsync('yaw', 0);
    act(() => key('yaw').click());
    const keys = (): unknown[] =>
      head.animations.map((track) => [
        track.targetProperty,
        track.getKeys().map(({ frame, value }): [number, unknown] => [frame, value]),
      ]);
    expect(keys()).toEqual([
      [
        'pose.yaw',
        [
          [0, 0],
          [30, 0.4],
        ],
      ],
    ]);
    expect(key('yaw').getAttribute('aria-pressed')).toBe('true');
    history.undo();
    expect(keys()).toEqual([['pose.yaw', [[30, 0.4]]]]);
    history.redo();
    expect(keys()).toEqual([
      [
        'pose.yaw',
        [
          [0, 0],
          [30, 0.4],
        ],
      ],
    ]);

    const search = editor.inspector!.querySelector<HTMLInputElement>('input[type=search]')!;
    act(() => {
      Object.getOwnPropertyDescriptor(Object.getPrototypeOf(search), 'value')!.set!.call(search, 'eyeBl');
      search.dispatchEvent(new Event('input', { bubbles: true }));
    });
    expect(
      [...editor.inspector!.querySelectorAll('input[type=range]')].map((input) => input.getAttribute('aria-label')),
    ).toEqual(['eyeBlinkLeft', 'eyeBlinkRight']);
  });

  test('the project gets positions of targets, the game does without', async () => {
    await startAsync();
    const head = await dropAliceAsync();
    const { targets } = head.morphTargetManager!.serialize() as { targets: { positions: number[] }[] };
    expect(targets.filter(({ positions }) => positions.length === 18)).toHaveLength(52);
    for (const exported of [
      SceneSerializer.Serialize(editor.scene!),
      await SceneSerializer.SerializeAsync(editor.scene!),
    ]) {
      const { morphTargetManagers } = exported as { morphTargetManagers: { targets: { positions: number[] }[] }[] };
      expect(morphTargetManagers[0]!.targets.flatMap(({ positions }) => positions)).toEqual([]);
    }
  });

  test('on save it is told which files do not travel with the game', async () => {
    await startAsync();
    const head = await dropAliceAsync();
    onProjectSavedObservable.notifyObservers();
    await settle(() => editor.said.some((line) => line.startsWith('warn')));
    expect(editor.said.filter((line) => line.startsWith('warn'))).toEqual([]);
    (head.metadata as { personalizedHead: { url: string } }).personalizedHead.url = '../../assets/alice.head';
    rmSync(join(heads(), 'base.proxy.safetensors'));
    onProjectSavedObservable.notifyObservers();
    await settle(() => editor.said.some((line) => line.startsWith('warn')));
    expect(editor.said.filter((line) => line.startsWith('warn')).join()).toMatch(
      /assets\/alice\.head does not travel with the game/,
    );
  });

  test('follows the scene when it is late, and when it is another', async () => {
    const first = editor.scene!;
    editor.scene = undefined;
    main(editor);
    await settle(() => cards().length > 0);
    editor.scene = first;
    await new Promise((resolve) => setTimeout(resolve, 600));
    await dropAliceAsync();
    // preview.reset(): the engine goes too.
    first.getEngine().dispose();
    editor.scene = newScene();
    await new Promise((resolve) => setTimeout(resolve, 600));
    const head = await dropAliceAsync();
    expect(headsIn(editor.scene)).toEqual([head]);
    expect(editor.said.filter((line) => line.startsWith('error'))).toEqual([]);
  });

  test('twice is once, and afterwards nothing is left', async () => {
    await startAsync();
    main(editor);
    await settle(() => cards().length > 0);
    expect([editor.tabs.size, inspectors.length]).toEqual([1, 1]);
    await dropAliceAsync();
    expect(headsIn()).toHaveLength(1);
    // What runs networks is the project's, which has none here.
    await expect(registry().networks!()).rejects.toThrow(`Run "npm install onnxruntime-web" in ${folder}`);
    // On update the Editor passes nothing.
    close();
    close(editor);
    const { readFile, networks, savePositions } = registry();
    expect([editor.tabs.size, inspectors.length]).toEqual([0, 0]);
    expect([readFile, networks, savePositions]).toEqual([undefined, undefined, false]);
    expect(serializeNow()).toBe(serialize);
    expect(fireDrag(editor.canvas, 'drop', 5, 5, { files: [{ name: 'a.head' }] }).accepted).toBe(false);
    // Another project in the same window.
    main(editor);
    await settle(() => cards().length > 0);
    editor.state.projectPath = join(tmpdir(), 'other', 'project.bjseditor');
    await new Promise((resolve) => setTimeout(resolve, 600));
    expect([editor.tabs.size, inspectors.length]).toEqual([0, 0]);
  });
});

describe('"Prepare the game"', () => {
  const template = `import { Engine, Scene } from "@babylonjs/core";

export class App {
  private engine: Engine;
  public async load(canvas: HTMLCanvasElement): Promise<void> {
    this.engine = new Engine(canvas, true, {
      stencil: true,
    });
    this.scene = new Scene(this.engine);
  }
}
`;

  test('adds the import and an engine that can draw heads, once', async () => {
    mkdirSync(join(folder, 'src'));
    writeFileSync(join(folder, 'src/App.ts'), template);
    await startAsync();
    const prepare = [...tab().querySelectorAll('button')].find(
      ({ textContent }) => textContent === 'Prepare the game',
    )!;
    prepare.click();
    await settle(() => editor.said.length >= 3);
    const source = readFileSync(join(folder, 'src/App.ts'), 'utf8');
    expect(source).toContain('import { createHeadEngineAsync } from "babylon-personalized-head";');
    expect(source).toContain(
      'this.engine = navigator.gpu ? await createHeadEngineAsync(canvas) : new Engine(canvas, true, {',
    );
    expect(source).toContain('private engine: AbstractEngine;');
    expect(editor.said.join('\n')).toContain('npm install babylon-personalized-head onnxruntime-web');
    prepare.click();
    await settle(() => editor.said.length >= 5);
    expect(readFileSync(join(folder, 'src/App.ts'), 'utf8')).toBe(source);
  });

  test('leaves code alone that it does not know', () => {
    for (const source of ['run();', 'function start() {\n  const engine = new Engine(canvas);\n}\n']) {
      expect(withHeadEngine(source)).toEqual({ text: source, changed: false });
    }
  });
});
