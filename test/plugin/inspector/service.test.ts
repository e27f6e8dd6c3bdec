import { expect, jest, test } from '@jest/globals';
import type { HeadInspectorService } from '../../../plugin/inspector/service.js';
import { headSections } from '../../../plugin/inspector/sections.js';

const PropertiesServiceIdentity = Symbol('properties');
// Babylon's own needs a page as soon as it is loaded; in one, test/samples/studio.test.ts uses it.
jest.unstable_mockModule('@babylonjs/inspector', () => ({ PropertiesServiceIdentity }));

test('the service adds its sections to the properties, and takes them away', async () => {
  const { PersonalizedHeadInspectorService: service } = (await import('../../../plugin/inspector/service.js')) as {
    PersonalizedHeadInspectorService: HeadInspectorService;
  };
  expect(service.consumes).toEqual([PropertiesServiceIdentity]);
  const added = new Set<Record<string, unknown>>();
  const add = (what: Record<string, unknown>) => {
    added.add(what);
    return { dispose: () => void added.delete(what) };
  };
  const started = service.factory({ addSection: add, addSectionContent: add } as unknown as Parameters<
    typeof service.factory
  >[0]);
  const names = headSections.map(({ name }) => name);
  const [content] = [...added].filter((what) => 'content' in what) as { content: { section: string }[] }[];
  expect(content!.content.map(({ section }) => section)).toEqual(names);
  const orders = [...added].filter((what) => 'identity' in what);
  expect(orders.map(({ identity }) => identity)).toEqual(names);
  const order = orders.map((section) => section.order as number);
  expect(order).toEqual([...order].sort((a, b) => a - b));
  started.dispose();
  expect(added.size).toBe(0);
});
