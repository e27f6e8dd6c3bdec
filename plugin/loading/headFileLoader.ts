import { AssetContainer } from '@babylonjs/core/assetContainer.js';
import type {
  ISceneLoaderAsyncResult,
  ISceneLoaderPluginAsync,
  ISceneLoaderPluginFactory,
  ISceneLoaderProgressEvent,
} from '@babylonjs/core/Loading/sceneLoader.js';
import type { LoadFileError } from '@babylonjs/core/Misc/fileTools.pure.js';
import type { IFileRequest } from '@babylonjs/core/Misc/fileRequest.js';
import type { WebRequest } from '@babylonjs/core/Misc/webRequest.js';
import type { Scene } from '@babylonjs/core/scene.pure.js';
import { AssetError } from '../../runtime/core/errors.js';
import { buildHeadAsync } from '../node/createHead.js';
import type { PersonalizedHeadMesh } from '../node/members.js';
import type { HeadLoadingOptions } from './loadingOptions.js';
import { expectGiven } from '../../runtime/core/given.js';
import { checkHeadOptions, expectScene } from './checkOptions.js';

const loaderName = 'personalizedHead';
const extensions = { '.head': { isBinary: true }, '.safetensors': { isBinary: true } } as const;

type OnProgress = ((event: ISceneLoaderProgressEvent) => void) | undefined;

/** Where the loaded things are put. */
interface Target {
  readonly scene: Scene;
  readonly data: unknown;
  readonly rootUrl: string;
  readonly onProgress: OnProgress;
  readonly fileName: string | undefined;
}

/** Loads `.head` files, and bases, as Babylon loads every other file. */
export class HeadFileLoader implements ISceneLoaderPluginAsync {
  readonly name = loaderName;
  readonly extensions = extensions;
  /** What the caller names bytes that come from no address. */
  private _givenName: string | undefined;

  constructor(private readonly _options: Partial<HeadLoadingOptions> = {}) {
    checkHeadOptions('HeadFileLoader', _options);
  }

  /** As Babylon does it, and bytes that are there already. */
  loadFile(
    scene: Scene,
    source: File | string | ArrayBufferView,
    _rootUrl: string,
    onSuccess: (data: unknown, responseURL?: string) => void,
    onProgress?: OnProgress,
    _useArrayBuffer?: boolean,
    onError?: (request?: WebRequest, exception?: LoadFileError) => void,
    name?: string,
  ): IFileRequest | null {
    expectScene('HeadFileLoader.loadFile', scene);
    if (!ArrayBuffer.isView(source)) return scene._loadFile(source, onSuccess, onProgress, true, true, onError);
    this._givenName = name;
    onSuccess(source);
    return null;
  }

  async importMeshAsync(
    meshNames: string | readonly string[] | null | undefined,
    scene: Scene,
    data: unknown,
    rootUrl: string,
    onProgress?: OnProgress,
    fileName?: string,
  ): Promise<ISceneLoaderAsyncResult> {
    const name = this._nameOf(rootUrl, fileName);
    const wanted = typeof meshNames === 'string' ? [meshNames] : (meshNames ?? []);
    expectGiven('HeadFileLoader.importMeshAsync: names', 'list', wanted);
    const all = wanted.every((each) => each === '') || wanted.includes(name);
    const meshes = all ? [await this._buildReadyAsync({ scene, data, rootUrl, onProgress, fileName })] : [];
    return {
      meshes,
      particleSystems: [],
      skeletons: [],
      animationGroups: [],
      transformNodes: meshes.flatMap((mesh) =>
        mesh.getChildTransformNodes().filter((node) => !meshes.includes(node as never)),
      ),
      geometries: meshes.flatMap((mesh) => mesh.geometry ?? []),
      lights: [],
      spriteManagers: [],
    };
  }

  async loadAsync(
    scene: Scene,
    data: unknown,
    rootUrl: string,
    onProgress?: OnProgress,
    fileName?: string,
  ): Promise<void> {
    await this._buildReadyAsync({ scene, data, rootUrl, onProgress, fileName });
  }

  /** The head comes to life, with its neural image, when the container is put into the scene. */
  async loadAssetContainerAsync(
    scene: Scene,
    data: unknown,
    rootUrl: string,
    onProgress?: OnProgress,
    fileName?: string,
  ): Promise<AssetContainer> {
    expectScene('HeadFileLoader.loadAssetContainerAsync', scene);
    const container = new AssetContainer(scene);
    const { mesh } = await this._buildAsync({ scene, data, rootUrl, onProgress, fileName }, (make) => {
      scene._blockEntityCollection = true;
      try {
        make();
      } finally {
        scene._blockEntityCollection = false;
      }
    });
    mesh._parentContainer = container;
    container.meshes.push(mesh);
    for (const node of mesh.getChildTransformNodes()) {
      node._parentContainer = container;
      container.transformNodes.push(node);
    }
    if (mesh.geometry) container.geometries.push(mesh.geometry);
    if (mesh.morphTargetManager) container.morphTargetManagers.push(mesh.morphTargetManager);
    return container;
  }

  private async _buildReadyAsync(target: Target): Promise<PersonalizedHeadMesh> {
    const { mesh, head } = await this._buildAsync(target);
    try {
      await head.whenReadyAsync();
    } catch (error) {
      if (!mesh.isDisposed()) mesh.dispose();
      throw error;
    }
    return mesh;
  }

  private _buildAsync(
    { scene, data, rootUrl, onProgress, fileName = 'head.head' }: Target,
    around?: (make: () => void) => void,
  ): ReturnType<typeof buildHeadAsync> {
    expectScene('HeadFileLoader', scene);
    const file = this._givenName ?? fileName;
    const bytes = bytesOf(data, file);
    const url = rootUrl + file;
    const given = /\.safetensors([?#].*)?$/i.test(url) ? { base: bytes } : { person: bytes };
    const options = { ...this._options, onProgress };
    return buildHeadAsync({ name: this._nameOf(rootUrl, file), url, scene, options, given }, around);
  }

  /** Babylon cuts an address at its last slash, also where that is one of the query. */
  private _nameOf(rootUrl: string, fileName = ''): string {
    return nameOf(this._givenName ?? rootUrl + fileName);
  }
}

/** For RegisterSceneLoaderPlugin. */
export const headFileLoaderFactory: ISceneLoaderPluginFactory = {
  name: loaderName,
  extensions,
  createPlugin: (options) => new HeadFileLoader(options[loaderName]),
};

const nameOf = (address: string): string =>
  address
    .replace(/[?#].*$/, '')
    .replace(/^.*\//, '')
    .replace(/\.[^.]*$/, '') || 'head';

function bytesOf(data: unknown, fileName: string): ArrayBuffer {
  if (Object.prototype.toString.call(data) === '[object ArrayBuffer]') return data as ArrayBuffer;
  if (ArrayBuffer.isView(data)) {
    return data.buffer.slice(data.byteOffset, data.byteOffset + data.byteLength) as ArrayBuffer;
  }
  throw new AssetError(
    'asset/data',
    `${fileName}: expected the bytes of a .head file or a base, got ${typeof data}. Load it by its address.`,
  );
}
