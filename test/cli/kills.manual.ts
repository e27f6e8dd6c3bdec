// By hand, a quarter of an hour: node --experimental-vm-modules node_modules/jest/bin/jest.js -i --testMatch "**/cli/kills.manual.ts"
import { expect, test } from '@jest/globals';
import { learnThroughKills } from './kills.js';

test('personalize, killed at fifty random moments, gives the head of a run that nobody killed', async () => {
  const counts = await learnThroughKills(50, Number(process.env.SEED ?? 1), 101);
  console.log(counts);
  expect(counts.kills).toBe(50);
}, 7_200_000);
