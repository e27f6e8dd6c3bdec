// By hand, some minutes: node --experimental-vm-modules node_modules/jest/bin/jest.js -i --testMatch "**/kills.manual.ts"
import { test } from '@jest/globals';
import { learnThroughKills } from './kills.js';

/** `DRAFT=1`: every step of a draft on the shared base, some 80 minutes of one processor. */
const isDraft = process.env.DRAFT === '1';

test('twelve people come out, once and as of a single run, though workers are killed ten times and Redis once', async () => {
  console.log(
    await learnThroughKills({ people: 12, kills: 10, sets: ['A', 'B'], seed: Number(process.env.SEED ?? 1), isDraft }),
  );
}, 14_400_000);
