import base from '../../../jest.config.mjs';
import { oldest } from './resolveOldest.mjs';

/** Tests of heads in scenes, on the oldest Babylon that package.json allows; range.test.ts runs them. */
export default {
  ...base,
  rootDir: '../../..',
  testMatch: ['<rootDir>/test/plugin/node/*.test.ts'],
  // The run that starts this one has compiled dist/.
  globalSetup: undefined,
  moduleNameMapper: {
    ...Object.fromEntries(
      Object.entries(oldest).map(([name, stand]) => [
        `^@babylonjs/${name}/(.*)$`,
        `<rootDir>/node_modules/${stand}/$1`,
      ]),
    ),
    ...base.moduleNameMapper,
  },
};
