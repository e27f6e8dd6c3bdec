import { afterEach, expect, jest, test } from '@jest/globals';
import { progressBar } from '../../cli/output/progress.js';

const { isTTY } = process.stderr;
afterEach(() => {
  jest.restoreAllMocks();
  process.stderr.isTTY = isTTY;
});

test('where there is no terminal, long work tells how far it is, every ten seconds', () => {
  process.stderr.isTTY = false;
  const told = jest.spyOn(console, 'error').mockImplementation(() => undefined);
  const now = jest.spyOn(performance, 'now').mockReturnValue(0);
  const bar = progressBar('rendering (CPU)');
  for (let second = 1; second <= 30; second++) {
    now.mockReturnValue(second * 1000);
    bar.report(second / 30);
  }
  bar.stop();
  expect(told.mock.calls.flat()).toEqual(['rendering (CPU) ...', 'rendering (CPU) 37 %', 'rendering (CPU) 73 %']);
});
