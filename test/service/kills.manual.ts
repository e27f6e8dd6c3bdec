// By hand, some minutes: node --experimental-vm-modules node_modules/jest/bin/jest.js -i --testMatch "**/kills.manual.ts"
import { test } from '@jest/globals';
import { learnThroughKills } from './kills.js';

test('twelve people come out, once and as of a single run, though workers are killed ten times and Redis once', async () => {
  console.log(
    await learnThroughKills({ people: 12, kills: 10, sets: ['A', 'B'], seed: Number(process.env.SEED ?? 1) }),
  );
});
