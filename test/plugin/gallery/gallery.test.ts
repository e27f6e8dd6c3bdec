import { expect, jest, test } from '@jest/globals';
import '@babylonjs/core/Culling/ray.js';
import { CreateGround } from '@babylonjs/core/Meshes/Builders/groundBuilder.js';
import { Vector3 } from '@babylonjs/core/Maths/math.vector.js';
import { encodePerson } from '../../../runtime/checkpoint/person/person.js';
import { seedItems, ShowHeadGallery, thumbnailOfAsync, type PersonalizedHeadMesh } from '../../../plugin/index.js';
import { placeUnder } from '../../../plugin/gallery/addHead.js';
import { fireDrag, usePage } from '../../harness/page.js';
import { baseHash, tinyPerson } from '../node/files.js';
import { turns, useStage } from '../node/stage.js';

usePage();
const stage = useStage();

const items = [
  { name: 'Alice Liddell', url: 'heads/alice.head', thumbnail: 'data:image/png;base64,AAAA' },
  { name: 'bob', url: 'heads/bob.head' },
  ...seedItems('heads/base.safetensors', [3]),
];

function open() {
  const canvas = document.createElement('canvas');
  document.body.append(canvas);
  const heads: PersonalizedHeadMesh[] = [];
  const errors: string[] = [];
  const gallery = ShowHeadGallery(stage.scene, {
    items,
    parent: document.body,
    element: canvas,
    onHead: (head) => heads.push(head),
    onError: ({ message }, { name }) => errors.push(`${name}: ${message}`),
  });
  const cards = (): HTMLElement[] => [...gallery.element.querySelectorAll<HTMLElement>('li [role=button]')];
  return { canvas, gallery, heads, errors, cards };
}

const waitFor = async (there: () => boolean): Promise<void> => {
  for (let i = 0; i < 200 && !there(); i++) await turns();
};

test('heads are found by their names, and shown with their pictures', () => {
  const { gallery, cards } = open();
  const names = (): (string | null)[] => cards().map(({ title }) => title.split(':')[0]!);
  expect(names()).toEqual(['Alice Liddell', 'bob', 'seed 3']);
  const face = cards()[0]!.querySelector<HTMLElement>('.face')!;
  expect(face.style.backgroundImage).toContain('data:image/png;base64,AAAA');
  expect(cards()[1]!.textContent).toBe('Bbob');
  const search = gallery.element.querySelector('input')!;
  const find = (words: string): void => {
    search.value = words;
    search.dispatchEvent(new Event('input'));
  };
  find('LID ali');
  expect(names()).toEqual(['Alice Liddell']);
  find('carol');
  expect([names(), gallery.element.querySelector('p')!.textContent]).toEqual([[], 'No head has that name.']);
  gallery.setItems([{ name: 'carol', url: 'heads/carol.head' }]);
  expect(names()).toEqual(['carol']);
  gallery.dispose();
  expect(document.querySelector('.personalized-heads')).toBeNull();
});

test('a click puts a head at the origin, a drag where it is dropped, on what is there', async () => {
  const { canvas, gallery, heads, errors, cards } = open();
  stage.scene.activeCamera!.position.set(0, 2, -6);
  stage.scene.activeCamera!.getWorldMatrix();
  (stage.scene.activeCamera as unknown as { setTarget(target: Vector3): void }).setTarget(Vector3.Zero());
  CreateGround('floor', { width: 20, height: 20 }, stage.scene).position.y = 0.5;
  stage.scene.render();
  cards()[1]!.click();
  await waitFor(() => heads.length === 1);
  expect(heads[0]!.name).toBe('bob');
  // The octahedron's lowest corner is at -0.25.
  expect(heads[0]!.position.asArray()).toEqual([0, 0.25, 0]);

  const { carried } = fireDrag(cards()[2]!, 'dragstart');
  expect(fireDrag(canvas, 'dragover', 0, 0, { data: carried }).accepted).toBe(true);
  const [x, y] = [stage.engine.getRenderWidth() * 0.6, stage.engine.getRenderHeight() * 0.55];
  const place = stage.scene.pick(x, y).pickedPoint!;
  expect(place.y).toBeCloseTo(0.5);
  expect(fireDrag(canvas, 'drop', x, y, { data: carried }).accepted).toBe(true);
  await waitFor(() => heads.length === 2);
  expect(heads[1]!.name).toBe('seed 3');
  expect(heads[1]!.seed).toBe(3);
  expect(Vector3.Distance(heads[1]!.position, place.add(new Vector3(0, 0.2, 0)))).toBeLessThan(1e-6);

  // A second gallery of the same canvas, in the Inspector: what is dropped comes once.
  const second = ShowHeadGallery(stage.scene, {
    items,
    parent: document.body,
    element: canvas,
    onHead: (head) => heads.push(head),
  });
  fireDrag(canvas, 'drop', x, y, { data: carried });
  await waitFor(() => heads.length === 3);
  await turns();
  expect(heads.map(({ name }) => name)).toEqual(['bob', 'seed 3', 'seed 3 2']);
  heads[2]!.dispose();
  second.dispose();

  // Others' drags, and files from the desktop, are left to others.
  expect(fireDrag(canvas, 'drop', x, y, { data: new Map([['text/plain', 'x']]) }).accepted).toBe(false);
  expect(fireDrag(canvas, 'drop', x, y, { files: [{ name: 'alice.head' }] }).accepted).toBe(false);
  gallery.setItems([{ name: 'gone', url: 'heads/gone.head' }]);
  cards()[0]!.click();
  await waitFor(() => errors.length > 0);
  expect(errors[0]).toMatch(/^gone: .*heads\/gone\.head/);
  expect(stage.scene.meshes.map(({ name }) => name)).toEqual(['floor', 'bob', 'seed 3']);
  gallery.dispose();
  expect(fireDrag(canvas, 'drop', x, y, { data: carried }).accepted).toBe(false);
});

test('a drop that meets nothing finds the ground, else a place before the camera', () => {
  const camera = stage.scene.activeCamera!;
  camera.position.set(0, 1, -3);
  stage.scene.render();
  const [width, height] = [stage.engine.getRenderWidth(), stage.engine.getRenderHeight()];
  expect(placeUnder(stage.scene, width / 2, height * 0.9).y).toBeCloseTo(0);
  // Two units beyond where the camera begins to see, at 1.
  const sky = placeUnder(stage.scene, width / 2, height * 0.2);
  expect(Vector3.Distance(sky, camera.position)).toBeGreaterThan(2.9);
  expect(Vector3.Distance(sky, camera.position)).toBeLessThan(3.2);
});

test('the picture of a person is read from the file, and nothing else is', async () => {
  const withPicture = (thumbnail: string) =>
    encodePerson({ ...tinyPerson(baseHash), metadata: new Map([['thumbnail', thumbnail]]) });
  expect(await thumbnailOfAsync(withPicture('data:image/png;base64,AbC='))).toBe('data:image/png;base64,AbC=');
  expect(await thumbnailOfAsync(withPicture('https://example.org/spy.png'))).toBeUndefined();
  expect(await thumbnailOfAsync(encodePerson(tinyPerson()))).toBeUndefined();
  expect(await thumbnailOfAsync(new TextEncoder().encode('not found'))).toBeUndefined();
});

test('the Inspector’s pane is the same gallery', async () => {
  const ShellServiceIdentity = Symbol('shell');
  jest.unstable_mockModule('@babylonjs/inspector', () => ({ ShellServiceIdentity }));
  const { headGalleryService } = await import('../../../plugin/inspector/galleryPane.js');
  const { createRoot } = await import('react-dom/client');
  const { act, createElement } = await import('react');
  const panes: { title: string; content: () => never }[] = [];
  const service = headGalleryService(stage.scene, { items, element: document.createElement('canvas') });
  expect(service.consumes).toEqual([ShellServiceIdentity]);
  const added = service.factory({
    addSidePane: (pane) => {
      panes.push(pane as never);
      return { dispose: () => void panes.pop() };
    },
  });
  const root = createRoot(document.body.appendChild(document.createElement('div')));
  act(() => root.render(createElement(panes[0]!.content)));
  expect([panes[0]!.title, document.querySelectorAll('.personalized-heads li').length]).toEqual(['Heads', 3]);
  act(() => root.unmount());
  expect(document.querySelector('.personalized-heads')).toBeNull();
  added.dispose();
  expect(panes).toEqual([]);
});
