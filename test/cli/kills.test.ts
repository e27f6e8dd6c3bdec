import { expect, test } from '@jest/globals';
import { learnThroughKills } from './kills.js';

test('personalize, killed at a random moment, gives the head of a run that nobody killed', async () => {
  expect((await learnThroughKills(1, 1, 5)).kills).toBe(1);
});
