import { afterAll, expect, jest, test } from '@jest/globals';
import { NullEngine } from '@babylonjs/core/Engines/nullEngine.js';
import { Scene } from '@babylonjs/core/scene.js';
import { HeadError } from '../../../runtime/core/errors.js';
import { hostile } from '../hostileValues.js';

interface Service {
  readonly friendlyName: string;
  readonly factory: (service: unknown) => unknown;
}

// Babylon's own needs a page as soon as it is loaded.
const token = { dispose: () => undefined, isDisposed: false, onDisposed: null };
const selection = { selectedEntity: null };
jest.unstable_mockModule('@babylonjs/inspector', () => ({
  PropertiesServiceIdentity: Symbol('properties'),
  SelectionServiceIdentity: Symbol('selection'),
  ShellServiceIdentity: Symbol('shell'),
  // Starts what it is given, as Babylon's does with what has a factory.
  ShowInspector: (_scene: unknown, { serviceDefinitions }: { serviceDefinitions: Service[] }) => {
    const isSelection = (each: Service): boolean => each.friendlyName === 'Personalized Head selection';
    serviceDefinitions.find(isSelection)!.factory(selection);
    return token;
  },
}));
const inspector = await import('../../../plugin/inspector/index.js');

const engine = new NullEngine();
const scene = new Scene(engine);
afterAll(() => engine.dispose());

const calls: Readonly<Record<string, (value: never) => unknown>> = {
  ShowHeadInspector: (value) => inspector.ShowHeadInspector(value),
  'ShowHeadInspector options': (value) => inspector.ShowHeadInspector(scene, value),
  'ShowHeadInspector selected': (value) => inspector.ShowHeadInspector(scene, { selected: value }),
  'ShowHeadInspector gallery': (value) => inspector.ShowHeadInspector(scene, { gallery: value }).select(value),
  'ShowHeadInspector serviceDefinitions': (value) => inspector.ShowHeadInspector(scene, { serviceDefinitions: value }),
  'HeadInspector.select': (value) => inspector.ShowHeadInspector(scene).select(value),
  HeadGalleryInspectorService: (value) => inspector.HeadGalleryInspectorService(value, { items: [] }),
  'HeadGalleryInspectorService options': (value) => inspector.HeadGalleryInspectorService(scene, value),
};

test('every function has its row', () => {
  const functions = Object.entries(inspector).filter(([, value]) => typeof value === 'function');
  expect(functions.map(([name]) => name).filter((name) => !(name in calls))).toEqual([]);
});

test.each(Object.entries(calls))('%s ends well or with one of our errors', (_name, call) => {
  const wrong: string[] = [];
  for (const [what, value] of hostile) {
    try {
      call(value as never);
    } catch (error) {
      const ours = error instanceof HeadError && /^\w+\/\w+$/.test(error.code) && error.message.length > 20;
      if (!ours) wrong.push(`${what}: ${String(error)}`);
    }
  }
  expect(wrong).toEqual([]);
  expect(selection.selectedEntity).toBeNull();
});
