import { expect, test } from '@jest/globals';

test('the plugin can be imported where there is neither a GPU nor a page', async () => {
  const plugin = await import('../../plugin/index.js');
  const pure = await import('../../plugin/pure.js');
  expect(Object.keys(plugin).sort()).toEqual(Object.keys(pure).sort());
});
