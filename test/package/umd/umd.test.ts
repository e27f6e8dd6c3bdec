import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import type { AbstractEngine } from '@babylonjs/core/Engines/abstractEngine.js';
import type * as Babylon from '@babylonjs/core/index.js';
import type { Scene } from '@babylonjs/core/scene.js';
import type * as heads from '../../../plugin/index.js';
import type { PersonalizedHeadMesh } from '../../../plugin/index.js';
import { openPage, serve, type TestPage } from '../../harness/browser.js';
import { meanColor, meanDifference, type Area } from '../../samples/pixels.js';
import { buildUmd } from '../buildUmd.js';
import { root } from '../sources.js';

type Global = typeof Babylon & typeof heads & Record<string, unknown>;
type Options = NonNullable<Parameters<typeof heads.CreatePersonalizedHeadAsync>[3]>;

/** What page.html and its scripts make. */
interface Page {
  /** What the global held before the package's script. */
  readonly babylonNames: readonly string[];
  BABYLON: Global;
  showHead(engine: Babylon.Engine | AbstractEngine, options: Options): Promise<PersonalizedHeadMesh>;
  /** Settles when the scene has been drawn. */
  nextFrame(scene: Scene): Promise<void>;
  head: PersonalizedHeadMesh;
}

// The first canvas of the page is 160 wide and high, the second 96 and below it.
const face: Area = [60, 50, 100, 110];
const corner: Area = [2, 2, 20, 20];
const mouth: Area = [60, 85, 100, 120];
const brow: Area = [60, 40, 100, 60];
const image: Area = [36, 190, 60, 220];

let sample: TestPage;
beforeAll(async () => {
  buildUmd();
  sample = await openPage(`${await serve(root)}test/package/umd/page.html`);
});

const evaluate = <T>(body: (page: Page) => T | Promise<T>): Promise<T> =>
  sample.page.evaluate<T>(`(${body.toString()})(globalThis)`);

/** What the package exports. */
function ownNames(): string[] {
  const script = "console.log(JSON.stringify(Object.keys(await import('./dist/plugin/index.js'))))";
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', script], {
    cwd: root,
    encoding: 'utf8',
  });
  if (stderr !== '') throw new Error(stderr);
  return JSON.parse(stdout) as string[];
}

/** What the package uses of Babylon. */
function importedNames(): string[] {
  const folder = join(root, 'dist/plugin');
  const modules = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
    (name) => name.endsWith('.js') && !name.startsWith('inspector'),
  );
  return modules.flatMap((name) =>
    [...readFileSync(join(folder, name), 'utf8').matchAll(/^import \{([^}]*)\} from "@babylonjs\/core\//gm)].flatMap(
      ([, names]) => names!.split(',').map((each) => each.trim().split(' as ')[0]!),
    ),
  );
}

describe('the package as a script beside Babylon’s', () => {
  test('adds what it exports to the global BABYLON, and registers heads', async () => {
    const { names, taken, plugin } = await evaluate(({ BABYLON }) => ({
      names: ['PersonalizedHead', 'RegisterPersonalizedHead', 'BlinkBehavior', 'Mesh'].map(
        (name) => typeof BABYLON[name],
      ),
      taken: BABYLON.Engine.Version,
      // The name that pages of plain scripts know.
      // eslint-disable-next-line @typescript-eslint/no-deprecated
      plugin: BABYLON.SceneLoader.IsPluginForExtensionAvailable('.head'),
    }));
    expect({ names, taken, plugin }).toEqual({ names: Array(4).fill('function'), taken: '9.12.0', plugin: true });
  });

  test('takes none of Babylon’s names, and finds all that it imports', async () => {
    const { before, after } = await evaluate(({ babylonNames, BABYLON }) => ({
      before: babylonNames,
      after: Object.keys(BABYLON),
    }));
    const own = ownNames();
    expect(own.length).toBeGreaterThan(40);
    expect(own.filter((name) => before.includes(name))).toEqual([]);
    expect(own.filter((name) => !after.includes(name))).toEqual([]);
    const imported = importedNames();
    expect(imported).toContain('ShaderMaterial');
    expect(imported.filter((name) => !before.includes(name))).toEqual([]);
  });

  test('shows a head with WebGL, whose smile moves its mouth', async () => {
    await evaluate(async (page) => {
      const engine = new page.BABYLON.Engine(document.querySelector('canvas'), false);
      page.head = await page.showHead(engine, {});
    });
    const before = await sample.screenshot('umd-webgl');
    const [red, green, blue] = meanColor(before, face) as [number, number, number];
    expect(red).toBeGreaterThan(green);
    expect(green).toBeGreaterThan(blue);
    expect(meanColor(before, corner)).toEqual([0, 0, expect.closeTo(128, -1)]);
    await evaluate(async (page) => {
      const { head } = page;
      for (const side of ['Left', 'Right']) {
        head.morphTargetManager!.getTargetByName(`mouthSmile${side}`)!.influence = 1;
      }
      // The first may be one that had begun before.
      await page.nextFrame(head.getScene());
      await page.nextFrame(head.getScene());
    });
    const smiling = await sample.screenshot('umd-webgl-smile');
    const moved = meanDifference(before, smiling, mouth);
    expect(moved).toBeGreaterThan(1);
    expect(meanDifference(before, smiling, brow)).toBeLessThan(moved / 4);
  });

  test('says which script is missing', async () => {
    const messages = await evaluate(async ({ head }) => {
      try {
        await head.exportGLBAsync();
      } catch (error) {
        return [(error as Error).message, ((error as Error).cause as Error).message];
      }
      return [];
    });
    expect(messages).toEqual([
      expect.stringContaining('@babylonjs/serializers'),
      expect.stringContaining('BABYLON.GLTF2Export'),
    ]);
  });

  test('shows the neural image with WebGPU and the global ort', async () => {
    await sample.page.addScriptTag({ path: join(root, 'node_modules/onnxruntime-web/dist/ort.webgpu.min.js') });
    const shown = await evaluate(async (page) => {
      const canvas = document.querySelectorAll('canvas')[1]!;
      const engine = await page.BABYLON.createHeadEngineAsync(canvas, { antialias: false });
      const quality = { resolution: 64, movingResolution: 64, depthResolution: 16, depthResolutionImportance: 16 };
      const head = await page.showHead(engine, {
        quality,
        networkOn: 'wasm',
        wasmPaths: '/node_modules/onnxruntime-web/dist/',
      });
      await head.whenSettledAsync();
      const controller = page.BABYLON.PersonalizedHead.Of(head)!;
      for (let frames = 0; frames < 20 && !controller.showsImage; frames++) await page.nextFrame(head.getScene());
      return controller.showsImage;
    });
    expect(shown).toBe(true);
    const shot = await sample.screenshot('umd-webgpu');
    const [red, green, blue] = meanColor(shot, image) as [number, number, number];
    expect(red).toBeGreaterThan(green);
    expect(green).toBeGreaterThan(blue);
  });

  test('logs no errors', () => expect(sample.errors).toEqual([]));
});
