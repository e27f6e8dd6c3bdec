import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { blobPhotos, fileListPhotos } from '../../../personalize/photos/fileList.js';
import { photoFolder } from '../../../personalize/photos/folder.node.js';
import { readPhotoSet } from '../../../personalize/photos/photoSet.js';
import { front, setOf } from './pictures.js';

const set = setOf([['train/1.jpg', front]]);

describe('photoFolder', () => {
  let root = '';

  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'photos-'));
    await mkdir(join(root, 'set', 'train'), { recursive: true });
    for (const [name, bytes] of set.files) await writeFile(join(root, 'set', ...name.split('/')), bytes);
    await writeFile(join(root, 'outside.txt'), 'private');
  });

  afterAll(() => rm(root, { recursive: true }));

  test('lists relative names and reads them', async () => {
    const files = photoFolder(join(root, 'set'));
    expect(await files.list()).toEqual(['dataset.json', 'train/1.jpg']);
    expect(await files.read('train/1.jpg')).toEqual(set.files.get('train/1.jpg'));
    expect((await readPhotoSet(files)).photos.map(({ name }) => name)).toEqual(['train/1.jpg']);
  });

  test.each(['train/2.jpg', '../outside.txt', 'train/../../outside.txt', '..\\outside.txt', '/outside.txt', ''])(
    'has no file "%s"',
    async (name) => {
      await expect(photoFolder(join(root, 'set')).read(name)).rejects.toMatchObject({ code: 'photos/not-found' });
    },
  );

  test('says that a folder is not there, or a file', async () => {
    await expect(photoFolder(join(root, 'none')).list()).rejects.toMatchObject({ code: 'photos/not-found' });
    await expect(photoFolder(join(root, 'outside.txt')).list()).rejects.toMatchObject({ code: 'photos/not-a-folder' });
    await expect(photoFolder(join(root, 'set')).read('train')).rejects.toMatchObject({ code: 'photos/read' });
  });

  test('follows links, except back to a folder above', async () => {
    const linked = join(root, 'linked');
    await mkdir(linked);
    // On Windows a link to a folder needs no rights as a junction.
    await symlink(join(root, 'set'), join(linked, 'set'), 'junction');
    await symlink(linked, join(linked, 'loop'), 'junction');
    expect(await photoFolder(linked).list()).toEqual(['set/dataset.json', 'set/train/1.jpg']);
  });
});

/** A file as a page's folder input gives it. */
function picked(path: string, bytes: Uint8Array = new Uint8Array(1)): File {
  const file = new File([bytes as Uint8Array<ArrayBuffer>], path.split('/').at(-1)!);
  Object.defineProperty(file, 'webkitRelativePath', { value: path });
  return file;
}

describe('fileListPhotos', () => {
  test('strips the folder that was picked', async () => {
    const files = fileListPhotos([...set.files].map(([name, bytes]) => picked(`me/${name}`, bytes)));
    expect(await files.list()).toEqual(['dataset.json', 'train/1.jpg']);
    expect(await files.read('train/1.jpg')).toEqual(set.files.get('train/1.jpg'));
    expect((await readPhotoSet(files)).photos).toHaveLength(1);
  });

  test('strips nothing where there is no common folder', async () => {
    expect(await fileListPhotos([picked('a/1.jpg'), picked('b/1.jpg')]).list()).toEqual(['a/1.jpg', 'b/1.jpg']);
    expect(await fileListPhotos([picked('a/1.jpg'), picked('ab/1.jpg')]).list()).toEqual(['a/1.jpg', 'ab/1.jpg']);
  });

  test('takes names where files were picked one by one', async () => {
    expect(await fileListPhotos([new File(['1'], 'b.jpg'), new File(['2'], 'a.jpg')]).list()).toEqual([
      'a.jpg',
      'b.jpg',
    ]);
  });

  test('says what is wrong', async () => {
    await expect(fileListPhotos([picked('me/1.jpg')]).read('2.jpg')).rejects.toMatchObject({
      code: 'photos/not-found',
    });
    expect(() => fileListPhotos([])).toThrow(/no file was picked/);
    expect(() => fileListPhotos([new File([], 'a.jpg'), new File([], 'a.jpg')])).toThrow(/picked twice/);
    const moved = { arrayBuffer: () => Promise.reject(new Error('moved')) } as unknown as Blob;
    await expect(blobPhotos(new Map([['a.jpg', moved]])).read('a.jpg')).rejects.toMatchObject({ code: 'photos/read' });
  });
});
