import { describe, expect, test } from '@jest/globals';
import { AppendSceneAsync, ImportMeshAsync, LoadAssetContainerAsync } from '@babylonjs/core/Loading/sceneLoader.js';
import '@babylonjs/core/Culling/ray.js';
import { Mesh } from '@babylonjs/core/Meshes/mesh.js';
import { FilesInputStore } from '@babylonjs/core/Misc/filesInputStore.js';
import type { StandardMaterial } from '@babylonjs/core/Materials/standardMaterial.js';
import { MorphTarget } from '@babylonjs/core/Morph/morphTarget.js';
import { MorphTargetManager } from '@babylonjs/core/Morph/morphTargetManager.js';
import { NullEngine } from '@babylonjs/core/Engines/nullEngine.js';
import type { Scene } from '@babylonjs/core/scene.js';
import { encodePerson } from '../../../runtime/checkpoint/person/person.js';
import {
  AttachPersonalizedHeads,
  CreatePersonalizedHeadAsync,
  EnableHeadDrop,
  HeadFileLoader,
  PersonalizedHead,
  RegisterPersonalizedHead,
  type HeadLoadingOptions,
  type PersonalizedHeadMesh,
} from '../../../plugin/index.js';
import { EngineFiles } from '../../../plugin/loading/engineFiles.js';
import { headMetadata } from '../../../plugin/node/metadata.js';
import { fetches, served, tinyPerson } from './files.js';
import { alice, newScene, turns, useStage } from './stage.js';

const stage = useStage();

const contents = ({ meshes, transformNodes, materials, textures, geometries, morphTargetManagers }: Scene): number[] =>
  [meshes, transformNodes, materials, textures, geometries, morphTargetManagers].map(({ length }) => length);

/** As a page loads a file that it has already: by its bytes. */
const file = (url: string): Uint8Array<ArrayBuffer> => served.get(url)!;
const headFile = (options: HeadLoadingOptions = { baseUrl: 'heads/base.safetensors' }) => ({
  pluginExtension: '.head',
  name: 'alice.head',
  pluginOptions: { personalizedHead: options },
});

describe('Babylon’s loaders', () => {
  test('import a .head', async () => {
    const { meshes, transformNodes } = await ImportMeshAsync(file('heads/alice.head'), stage.scene, headFile());
    const head = meshes[0] as PersonalizedHeadMesh;
    expect(PersonalizedHead.Of(head)!.isReady()).toBe(true);
    expect(head.name).toBe('alice');
    expect(head.morphTargetManager!.numTargets).toBe(52);
    expect(transformNodes).toHaveLength(2);
    expect(stage.scene.meshes).toEqual([head]);
    expect(fetches).toEqual(['heads/base.proxy.safetensors']);
  });

  test('append and contain one', async () => {
    await AppendSceneAsync(file('heads/alice.head'), stage.scene, headFile());
    expect(stage.scene.meshes).toHaveLength(1);
    const container = await LoadAssetContainerAsync(file('heads/alice.head'), stage.scene, headFile());
    expect(stage.scene.meshes).toHaveLength(1);
    expect(container.meshes).toHaveLength(1);
    const head = container.meshes[0] as PersonalizedHeadMesh;
    head.expression.jawOpen = 0.5;
    container.addAllToScene();
    await head.whenReadyAsync();
    expect(stage.scene.meshes).toHaveLength(2);
    container.dispose();
    expect(stage.scene.meshes).toHaveLength(1);
  });

  test('say so where a server sent them a page in a file’s place', async () => {
    await expect(ImportMeshAsync(file('app/missing.head'), stage.scene, headFile())).rejects.toThrow(
      'alice.head: expected a file, got a web page (HTML)',
    );
  });

  test('a slash in the query is no folder: the head is named by its file', async () => {
    const [loader, bytes] = [new HeadFileLoader(), file('heads/alice.head')];
    // As Babylon cuts heads/alice.head?path=/a/b, at the last slash.
    const [folder, rest] = ['heads/alice.head?path=/a/', 'b'];
    const { meshes } = await loader.importMeshAsync('alice', stage.scene, bytes, folder, undefined, rest);
    expect(meshes.map((mesh) => [mesh.name, headMetadata(mesh)?.url])).toEqual([
      ['alice', 'heads/alice.head?path=/a/b'],
    ]);
    expect(fetches).toContain('heads/base.proxy.safetensors');
  });

  test('import a base that was opened as a file: what lies beside it is opened too, or has addresses', async () => {
    const base = new Uint8Array(8);
    const options = { pluginExtension: '.safetensors', name: 'file:base.safetensors' };
    const named = (personalizedHead: HeadLoadingOptions) => ({ ...options, pluginOptions: { personalizedHead } });
    const alone = named({ baseUrl: 'file:base.safetensors' });
    await expect(ImportMeshAsync(base, stage.scene, alone)).rejects.toThrow('file:base.proxy.safetensors');
    const { meshes } = await ImportMeshAsync(base, stage.scene, named({ proxyUrl: 'heads/base.proxy.safetensors' }));
    expect(meshes).toHaveLength(1);
  });

  test('import a base, whose mesh lies beside it', async () => {
    const bytes = new Uint8Array(8);
    const options = { pluginExtension: '.safetensors', name: 'heads/base.safetensors' };
    const { meshes } = await ImportMeshAsync(bytes, stage.scene, options);
    const head = meshes[0] as PersonalizedHeadMesh;
    expect(head.metadata).toMatchObject({ personalizedHead: { seed: 0, base: { url: 'heads/base.safetensors' } } });
    expect(head.name).toBe('base');
    expect(fetches).toEqual(['heads/base.proxy.safetensors']);
  });

  test('take defaults', async () => {
    RegisterPersonalizedHead({ baseUrl: 'elsewhere/base.safetensors' });
    await expect(alice(stage.scene)).rejects.toThrow('elsewhere/base.proxy.safetensors');
    RegisterPersonalizedHead({ baseUrl: 'heads/base.safetensors' });
    await alice(stage.scene);
  });
});

describe('files', () => {
  test('are fetched once for all heads, and given up with the last', async () => {
    const heads = [await alice(stage.scene), await alice(stage.scene), await alice(newScene(stage.engine))];
    expect(fetches).toEqual(['heads/alice.head', 'heads/base.proxy.safetensors']);
    const files = EngineFiles.Of(stage.engine);
    expect(files.size).toBe(2);
    expect(new Set(heads.slice(0, 2).map(({ id }) => id)).size).toBe(2);
    heads.forEach((head) => head.dispose());
    expect(files.size).toBe(0);
  });

  test('that come are told of, and the scene waits for them', async () => {
    const events: { loaded: number; total: number }[] = [];
    const coming = alice(stage.scene, { onProgress: (event) => events.push(event) });
    expect(stage.scene.isReady()).toBe(false);
    await coming;
    expect(stage.scene.getWaitingItemsCount()).toBe(0);
    expect(events.at(-1)!.loaded).toBe(file('heads/alice.head').length + file('heads/base.proxy.safetensors').length);
  });

  test('may be bytes that a program without a page has', async () => {
    const store: Record<string, File | undefined> = FilesInputStore.FilesToLoad;
    const names = ['alice.head', 'base.proxy.safetensors'];
    for (const name of names) store[name] = new File([file(`heads/${name}`)], name);
    try {
      const head = await CreatePersonalizedHeadAsync('alice', 'file:alice.head', stage.scene, {
        baseUrl: 'file:base.safetensors',
      });
      expect(head.getTotalVertices()).toBe(6);
      expect(fetches).toEqual([]);
    } finally {
      for (const name of names) Reflect.deleteProperty(store, name);
    }
  });

  test('of a person may be a mesh of their own', async () => {
    const heads = [
      await CreatePersonalizedHeadAsync('bob', 'heads/bob.head', stage.scene),
      await alice(stage.scene),
      await CreatePersonalizedHeadAsync('bob', 'heads/bob.head', stage.scene),
    ];
    expect(fetches).toEqual([
      'heads/bob.head',
      'heads/own/bob.proxy.safetensors',
      'heads/alice.head',
      'heads/base.proxy.safetensors',
    ]);
    const [bob, other, twin] = heads.map(({ geometry }) => geometry!);
    expect(twin).toBe(bob);
    expect(other).not.toBe(bob);
    const reach = heads.map((head) => Math.max(...head.getVerticesData('position')!));
    expect(reach.map((value) => value.toFixed(2))).toEqual(['0.25', '0.20', '0.25']);
    const textures = heads.map(({ material }) => (material as StandardMaterial).diffuseTexture);
    expect(textures[0]).not.toBeNull();
    expect(textures[2]).toBe(textures[0]);
    expect(textures[1]).not.toBe(textures[0]);
    // Who names a mesh has that one.
    const named = await CreatePersonalizedHeadAsync('bob', 'heads/bob.head', stage.scene, {
      proxyUrl: 'heads/base.proxy.safetensors',
    });
    expect(named.geometry).toBe(other);
    [...heads, named].forEach((head) => head.dispose());
    expect(EngineFiles.Of(stage.engine).size).toBe(0);
    expect(stage.warnings.filter((text) => text.includes('own mesh'))).toEqual([]);
  });

  test.each([
    ['that is missing', 'heads/carol.head', 'the server answered 404'],
    ['of another base', 'heads/dan.head', 'expected a mesh of base aaaa'],
  ])('of their own %s is a warning, and the base’s is shown', async (_, url, message) => {
    const head = await CreatePersonalizedHeadAsync('x', url, stage.scene);
    expect(Math.max(...head.getVerticesData('position')!)).toBeCloseTo(0.2);
    expect(stage.warnings.filter((text) => text.includes('own mesh'))).toEqual([expect.stringContaining(message)]);
    head.dispose();
    expect(EngineFiles.Of(stage.engine).size).toBe(0);
  });

  test.each([
    ['heads/nobody.head', 'the server answered 404'],
    ['heads/broken.head', 'heads/broken.head: person: expected a .head file (safetensors), got another kind'],
    ['heads/cut.head', 'heads/cut.head: '],
    ['app/missing.head', 'app/missing.head: expected a file, got a web page (HTML).'],
    ['app/alice.head', 'app/base.proxy.safetensors: expected a file, got a web page (HTML).'],
    ['app/base.safetensors', 'app/base.proxy.safetensors: expected a file, got a web page (HTML).'],
    ['file:///heads/alice.head', 'Outside of a page, give an absolute http address'],
    ['file:base.safetensors', 'file:base.proxy.safetensors: expected a file of that name that was opened or dropped'],
    ['heads/stranger.head', 'expected a person of base aaaa'],
  ])('that are wrong leave the scene as it was: %s', async (url, message) => {
    const before = contents(stage.scene);
    // What lies beside a file of an app, or one that was opened.
    const beside = /^(app\/|file:(?!\/))/.exec(url)?.[0];
    const options = beside === undefined ? {} : { baseUrl: `${beside}base.safetensors` };
    await expect(CreatePersonalizedHeadAsync('x', url, stage.scene, options)).rejects.toThrow(message);
    expect(contents(stage.scene)).toEqual(before);
    expect(stage.scene.getWaitingItemsCount()).toBe(0);
    expect(EngineFiles.Of(stage.engine).size).toBe(0);
    stage.scene.render();
  });

  test('that a saved head cannot find are an error of its own', async () => {
    const mesh = new Mesh('saved', stage.scene);
    mesh.metadata = { personalizedHead: { version: 1, url: 'heads/nobody.head' } };
    AttachPersonalizedHeads(stage.scene);
    await expect((mesh as PersonalizedHeadMesh).whenReadyAsync()).rejects.toThrow('404');
    const errors: Error[] = [];
    (mesh as PersonalizedHeadMesh).onErrorObservable.add((error) => errors.push(error));
    expect(errors).toHaveLength(1);
    expect(stage.scene.getWaitingItemsCount()).toBe(0);
    const later = new Mesh('later', stage.scene);
    later.metadata = { personalizedHead: { version: 7 } };
    AttachPersonalizedHeads(stage.scene);
    await expect((later as PersonalizedHeadMesh).whenReadyAsync()).rejects.toThrow('version 1, got 7');
    stage.scene.render();
  });
});

describe('attaching', () => {
  test('finds morph targets behind the mesh’s name and in other spellings, and does it once', async () => {
    const mesh = new Mesh('alice', stage.scene);
    const manager = new MorphTargetManager(stage.scene);
    for (const name of ['alice_jawOpen', 'EyeBlinkLeft', 'cheekSquint_L', 'hat']) {
      const target = new MorphTarget(name, 0.5, stage.scene);
      target.setPositions([]);
      manager.addTarget(target);
    }
    mesh.morphTargetManager = manager;
    mesh.metadata = { personalizedHead: { version: 1, url: 'heads/alice.head' } };
    AttachPersonalizedHeads(stage.scene);
    AttachPersonalizedHeads(stage.scene);
    await turns();
    const head = mesh as PersonalizedHeadMesh;
    expect(manager.numTargets).toBe(52 + 1);
    expect([head.expression.jawOpen, head.expression.eyeBlinkLeft, head.expression.cheekSquintLeft]).toEqual([
      0.5, 0.5, 0.5,
    ]);
    await head.whenReadyAsync();
    head.expression.jawOpen = 0.75;
    expect(manager.getTargetByName('alice_jawOpen')!.influence).toBe(0.75);
    expect(head.getChildren()).toHaveLength(1);
    expect(stage.errors).toEqual([]);
  });

  test('a file that is dropped becomes a head, another is left alone', async () => {
    const element = new EventTarget();
    const drop = (name: string, bytes: Uint8Array<ArrayBuffer>): Event => {
      const event = Object.assign(new Event('drop', { cancelable: true }), {
        dataTransfer: { types: ['Files'], files: [new File([bytes], name)] },
        offsetX: 1,
        offsetY: 1,
      });
      element.dispatchEvent(event);
      return event;
    };
    const heads: PersonalizedHeadMesh[] = [];
    const failures: string[] = [];
    const opening: string[] = [];
    const stop = EnableHeadDrop(stage.scene, {
      element: element as HTMLElement,
      onDrop: (files) => opening.push(...files.map(({ name }) => name)),
      baseUrl: 'heads/base.safetensors',
      onHead: (head) => heads.push(head),
      onError: ({ message }, { name }) => failures.push(`${name}: ${message}`),
    });
    expect(drop('picture.png', file('heads/alice.head')).defaultPrevented).toBe(false);
    expect(drop('Alice.head', file('heads/alice.head')).defaultPrevented).toBe(true);
    drop('broken.head', file('heads/broken.head'));
    // At once: a page says what it opens.
    expect(opening).toEqual(['Alice.head', 'broken.head']);
    while (heads.length + failures.length < 2) await turns();
    expect(heads.map(({ name }) => name)).toEqual(['Alice']);
    expect(failures).toEqual([
      'broken.head: broken.head: person: expected a .head file (safetensors), got another kind. Choose a .head file.',
    ]);
    // Files of the same name: neither one that is broken nor another person's takes the first one's place.
    const other = encodePerson({ ...tinyPerson(), alpha: 2 });
    for (const bytes of [file('heads/broken.head'), other, file('heads/alice.head')]) {
      const before = heads.length + failures.length;
      drop('alice.head', bytes);
      while (heads.length + failures.length === before) await turns();
    }
    expect(failures).toHaveLength(2);
    const urls = heads.map(({ metadata }) => (metadata as { personalizedHead: { url: string } }).personalizedHead.url);
    expect(urls).toEqual(['file:Alice.head', 'file:alice 2.head', 'file:alice.head']);
    const kept = FilesInputStore.FilesToLoad;
    expect(Object.keys(kept)).toEqual(['alice.head', 'alice 2.head']);
    expect(new Uint8Array(await kept['alice 2.head']!.arrayBuffer())).toEqual(other);
    stop();
    drop('Alice.head', file('heads/alice.head'));
    await turns();
    expect(stage.scene.meshes).toHaveLength(3);
  });
});

describe('an end', () => {
  test('while loading is an error or nothing', async () => {
    const coming = alice(stage.scene);
    stage.scene.dispose();
    await expect(coming).rejects.toBeDefined();
    const scene = newScene(stage.engine);
    const mesh = new Mesh('saved', scene);
    mesh.metadata = { personalizedHead: { version: 1, url: 'heads/alice.head' } };
    AttachPersonalizedHeads(scene);
    const ready = (mesh as PersonalizedHeadMesh).whenReadyAsync();
    mesh.dispose();
    await expect(ready).rejects.toThrow('disposed');
    scene.render();
    const abort = new AbortController();
    const aborted = alice(scene, { signal: abort.signal });
    abort.abort();
    await expect(aborted).rejects.toMatchObject({ name: 'AbortError' });
    await turns();
    expect(EngineFiles.Of(stage.engine).size).toBe(0);
  });

  test('of the engine ends its heads', async () => {
    const engine = new NullEngine();
    const head = await alice(newScene(engine));
    engine.dispose();
    expect(PersonalizedHead.Of(head)).toBeNull();
    expect(EngineFiles.Of(engine).size).toBe(0);
  });

  test('a hundred times leaves nothing', async () => {
    // The scene's own default material.
    stage.scene.render();
    const first = await alice(stage.scene);
    stage.scene.render();
    first.dispose();
    await turns();
    const before = contents(stage.scene);
    const textures = stage.engine.getLoadedTexturesCache().length;
    for (let i = 0; i < 100; i++) {
      const head = await alice(stage.scene);
      const clone = i % 10 === 0 ? head.clone(`clone ${i}`) : null;
      stage.scene.render();
      head.dispose();
      clone?.dispose();
      await turns();
    }
    expect(contents(stage.scene)).toEqual(before);
    const { onBeforeRenderTargetsRenderObservable: frames, onNewMeshAddedObservable: added } = stage.scene;
    expect(frames.observers).toHaveLength(0);
    expect(added.observers).toHaveLength(1);
    expect(EngineFiles.Of(stage.engine).size).toBe(0);
    expect(stage.engine.getLoadedTexturesCache().length).toBe(textures);
  });
});
