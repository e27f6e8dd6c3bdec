import type { Vector3 } from '@babylonjs/core/Maths/math.vector.pure.js';
import type { Scene } from '@babylonjs/core/scene.pure.js';
import { onProjectSavedObservable, type Editor } from 'babylonjs-editor';
import { createElement } from 'react';
import { placeUnder } from '../../plugin/gallery/addHead.js';
import { isHeadFile, type HeadItem } from '../../plugin/gallery/headItem.js';
import { listenForItems } from '../../plugin/gallery/itemDrop.js';
import { canDrawImages } from '../../plugin/image/engineDevice.js';
import type { PersonalizedHeadMesh } from '../../plugin/node/members.js';
import { PersonalizedHead } from '../../plugin/node/personalizedHead.js';
import { followScene, savePositionsInProjects } from './boundScene.js';
import { problemsOfAsync, prepareGameAsync } from './game.js';
import { addInspector } from './headInspector.js';
import { HeadsTab } from './headsTab.js';
import { runNetworks, whyNoNetworksAsync } from './networks.js';
import { HeadProject, readFromDisk } from './project.js';
import { editorScale, putHeadAsync } from './putHead.js';

const tabId = 'personalized-heads';

/** Where the Editor's assets browser puts the paths of what is dragged out of it. */
const assetsType = 'assets';

/** All that the plugin does for one open project; ends without a trace. */
export class HeadSession {
  readonly project: HeadProject;
  private readonly _ends: (() => void)[] = [];
  private readonly _shows = new Set<(items: readonly HeadItem[]) => void>();
  private _scene: Scene | null = null;
  private _told = false;

  /** @param folder the project's */
  constructor(
    private readonly _editor: Editor,
    folder: string,
  ) {
    this.project = new HeadProject(folder);
    const inPage = (reason: string): void =>
      this._warn(`networks run in the Editor's page, which stops for each run: ${reason}`);
    this._ends.push(readFromDisk(this.project), runNetworks(this.project, inPage), savePositionsInProjects());
    this._ends.push(followScene(_editor, this.project, (scene, canvas) => this._enter(scene, canvas)));
    const removeInspector = addInspector();
    if (removeInspector) this._ends.push(removeInspector);
    else this._warn('this version of the Editor takes no inspectors of plugins: edit heads by their morph targets.');
    const saved = onProjectSavedObservable?.add(() => this._try(() => this._checkAsync()));
    this._ends.push(() => saved?.remove());
    this._openTab();
  }

  dispose(): void {
    for (const end of this._ends.splice(0).reverse()) end();
  }

  private _openTab(): void {
    const { layout } = this._editor;
    const content = createElement(HeadsTab, {
      follow: (show) => {
        this._shows.add(show);
        this._try(() => this._refreshAsync());
        return () => void this._shows.delete(show);
      },
      onPick: (item) => this._put([item], null),
      onImport: (files) => this._try(() => this._importAsync(files)),
      onBase: () => this._try(() => this._addBaseAsync()),
      onPrepare: () => this._try(() => this._prepareAsync()),
    });
    layout.addLayoutTab(content, {
      id: tabId,
      title: 'Heads',
      neighborId: 'assets-browser',
      enableClose: false,
      setAsActiveTab: true,
    });
    this._ends.push(() => layout.removeLayoutTab(tabId));
  }

  /** The preview has this scene now. */
  private _enter(scene: Scene, canvas: HTMLElement): () => void {
    this._scene = scene;
    const stop = listenForItems(canvas, {
      acceptFiles: true,
      // What is dragged is told at the end only; while it is, the browser's selection stands for it.
      others: (event) => (event.dataTransfer?.types.includes(assetsType) ? this._assets(event) : []),
      onDrop: ({ items, files, x, y }) => {
        const at = placeUnder(scene, x, y, editorScale);
        const paths = items
          .filter(({ url }) => url.startsWith(pathScheme))
          .map(({ url }) => url.slice(pathScheme.length));
        this._put(
          items.filter(({ url }) => !url.startsWith(pathScheme)),
          at,
        );
        this._try(async () => {
          const imported = await this.project.importAsync(files);
          this._put([...imported, ...(await this.project.itemsOfPathsAsync(paths))], at);
          if (imported.length > 0) await this._refreshAsync();
        });
      },
    });
    return () => {
      stop();
      this._scene = null;
    };
  }

  private _assets(event: DragEvent): readonly HeadItem[] {
    const text = event.dataTransfer?.getData(assetsType) ?? '';
    if (text === '') return [{ name: '', url: pathScheme }];
    let paths: unknown;
    try {
      paths = JSON.parse(text);
    } catch {
      return [];
    }
    const heads = (Array.isArray(paths) ? (paths as unknown[]) : []).filter(
      (path): path is string => typeof path === 'string' && isHeadFile(path),
    );
    return heads.map((path) => ({ name: path, url: pathScheme + path }));
  }

  private _put(items: readonly HeadItem[], at: Vector3 | null): void {
    const scene = this._scene;
    if (!scene) {
      if (items.length > 0) this._warn('open a scene first.');
      return;
    }
    for (const item of items) {
      this._try(async () => {
        await this._tellWhyMeshAsync(scene, await putHeadAsync(this._editor, scene, item, at));
      });
    }
  }

  /** Once, where a head has no neural image. */
  private async _tellWhyMeshAsync(scene: Scene, head: PersonalizedHeadMesh): Promise<void> {
    if (this._told || PersonalizedHead.Of(head)?.image) return;
    this._told = true;
    const reason = canDrawImages(scene.getEngine())
      ? await whyNoNetworksAsync()
      : 'it draws by neither WebGPU nor a WebGL 2 that takes floating-point numbers.';
    this._editor.layout.console.log(
      `Personalized Head: heads show as textured meshes in this preview${reason === null ? '.' : `: ${reason}`}`,
    );
  }

  private async _importAsync(files: readonly File[]): Promise<void> {
    const items = await this.project.importAsync(files);
    await this._refreshAsync();
    if (items.length > 0 && !(await this.project.hasBaseAsync())) {
      this._warn('people need their base beside them: import its .safetensors files, or press "Add the example base".');
    }
  }

  private async _addBaseAsync(): Promise<void> {
    if (!(await this.project.copyEmbeddedBaseAsync())) {
      this._warn('install the package in the project first: npm install babylon-personalized-head onnxruntime-web');
    }
    await this._refreshAsync();
  }

  private async _prepareAsync(): Promise<void> {
    for (const line of await prepareGameAsync(this.project))
      this._editor.layout.console.log(`Personalized Head: ${line}`);
  }

  private async _checkAsync(): Promise<void> {
    if (!this._scene) return;
    for (const problem of await problemsOfAsync(this._scene, this.project)) this._warn(problem);
  }

  private async _refreshAsync(): Promise<void> {
    const items = await this.project.itemsAsync();
    for (const show of this._shows) show(items);
  }

  private _try(task: () => Promise<void>): void {
    task().catch((error: unknown) => {
      const message = error instanceof Error ? error.message : String(error);
      this._editor.layout.console.error(`Personalized Head: ${message}`);
    });
  }

  private _warn(message: string): void {
    this._editor.layout.console.warn(`Personalized Head: ${message}`);
  }
}

/** Marks an item that is a path on the disk, which is looked at when it is dropped. */
const pathScheme = 'disk:';
