import { test } from '@jest/globals';
import { learnThroughKills } from './kills.js';

test('three people come out, once and as of a single run, though workers are killed three times and Redis once', async () => {
  await learnThroughKills({ people: 3, kills: 3, seed: 1, sets: ['A'], isQuick: true });
});
