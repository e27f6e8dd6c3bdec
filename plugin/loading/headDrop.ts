import { FilesInputStore } from '@babylonjs/core/Misc/filesInputStore.js';
import type { Scene } from '@babylonjs/core/scene.pure.js';
import { buildHeadAsync, type HeadCreationOptions } from '../node/createHead.js';
import type { PersonalizedHeadMesh } from '../node/members.js';
import { expectGiven } from '../../runtime/core/given.js';
import { HeadError } from '../../runtime/core/errors.js';
import { expectScene } from './checkOptions.js';

export interface HeadDropOptions extends HeadCreationOptions {
  /** What is dropped onto; default: the canvas of the scene's engine. */
  readonly element?: HTMLElement;
  /** Files were dropped, and their heads are on their way. */
  readonly onDrop?: (files: readonly File[]) => void;
  /** A head has come and is ready. */
  readonly onHead?: (head: PersonalizedHeadMesh) => void;
  /** A file could not be loaded; the scene is as it was. */
  readonly onError?: (error: Error, file: File) => void;
}

/**
 * Lets `.head` files be dropped onto the scene's canvas: each becomes a head where the pointer meets something, else at
 * the origin. Other files are left to others.
 * @returns takes the listeners away again
 */
export function EnableHeadDrop(scene: Scene, options: HeadDropOptions = {}): () => void {
  expectScene('EnableHeadDrop', scene);
  expectGiven('EnableHeadDrop', 'options', options);
  const element = options.element ?? scene.getEngine().getInputElement();
  if (!element)
    throw new HeadError(
      'drop/canvas',
      'EnableHeadDrop: expected an engine with a canvas, got one without. Pass element.',
    );
  const over = (event: DragEvent): void => {
    if (event.dataTransfer?.types.includes('Files')) event.preventDefault();
  };
  const drop = (event: DragEvent): void => {
    const files = [...(event.dataTransfer?.files ?? [])].filter(({ name }) => /\.head$/i.test(name));
    if (files.length === 0) return;
    event.preventDefault();
    event.stopPropagation();
    options.onDrop?.(files);
    const { x, y } = { x: event.offsetX, y: event.offsetY };
    for (const file of files) {
      dropHeadAsync(scene, file, options, { x, y }).catch((error: unknown) => options.onError?.(error as Error, file));
    }
  };
  element.addEventListener('dragover', over);
  element.addEventListener('drop', drop);
  const stop = (): void => {
    element.removeEventListener('dragover', over);
    element.removeEventListener('drop', drop);
  };
  scene.onDisposeObservable.addOnce(stop);
  return stop;
}

async function dropHeadAsync(
  scene: Scene,
  file: File,
  { onHead, ...creation }: HeadDropOptions,
  at: { readonly x: number; readonly y: number },
): Promise<void> {
  const place = scene.pick(at.x, at.y).pickedPoint;
  const person = await file.arrayBuffer();
  const { url, withdraw } = await offerAsync(file, person);
  const name = file.name.replace(/\.head$/i, '');
  try {
    const { mesh, head } = await buildHeadAsync({ name, url, scene, options: creation, given: { person } });
    try {
      await head.whenReadyAsync();
    } catch (error) {
      mesh.dispose();
      throw error;
    }
    if (place) mesh.position.copyFrom(place);
    onHead?.(mesh);
  } catch (error) {
    withdraw();
    throw error;
  }
}

/**
 * Lets the head find its file when it is saved and loaded again within this page: by its name, or by one like it where
 * that is another file's.
 * @returns its address, and what takes the file away again
 */
async function offerAsync(file: File, bytes: ArrayBuffer): Promise<{ url: string; withdraw: () => void }> {
  const files: Record<string, File | undefined> = FilesInputStore.FilesToLoad;
  for (let i = 1; ; i++) {
    const name = i === 1 ? file.name : file.name.replace(/(?=\.head$)/i, ` ${i}`);
    const key = name.toLowerCase();
    const known = files[key];
    if (!known) files[key] = file;
    else if (!(await hasBytes(known, bytes))) continue;
    return { url: `file:${name}`, withdraw: () => !known && Reflect.deleteProperty(files, key) };
  }
}

async function hasBytes(file: File, bytes: ArrayBuffer): Promise<boolean> {
  if (file.size !== bytes.byteLength) return false;
  const [own, wanted] = [new Uint8Array(await file.arrayBuffer()), new Uint8Array(bytes)];
  return own.every((byte, i) => byte === wanted[i]);
}
