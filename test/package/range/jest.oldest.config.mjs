import base from '../../../jest.config.mjs';

/** Tests of heads in scenes, on the oldest Babylon that package.json allows; range.test.ts runs them. */
export default {
  ...base,
  rootDir: '../../..',
  testMatch: ['<rootDir>/test/plugin/node/*.test.ts'],
  // The run that starts this one has compiled dist/.
  globalSetup: undefined,
  moduleNameMapper: {
    '^@babylonjs/(core|serializers)/(.*)$': '<rootDir>/tools/oldest/node_modules/@babylonjs/$1/$2',
    ...base.moduleNameMapper,
  },
};
