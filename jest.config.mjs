/** @type {import('jest').Config} */
export default {
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  globalSetup: '<rootDir>/test/harness/globalSetup.mjs',
  testEnvironment: '<rootDir>/test/harness/environment.mjs',
  // The environment puts the process's own objects into every test file; jest must not empty them afterwards.
  testEnvironmentOptions: { globalsCleanup: 'off' },
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '\\.ts$': [
      'ts-jest',
      {
        useESM: true,
        // Types are checked once for everything, by `npm run check`.
        diagnostics: false,
        tsconfig: {
          module: 'ESNext',
          moduleResolution: 'Bundler',
          target: 'ES2022',
          isolatedModules: true,
          esModuleInterop: true,
          sourceMap: true,
        },
      },
    ],
  },
  moduleNameMapper: {
    // Sources name their imports as they are emitted.
    '^(\\.{1,2}/.*)\\.js$': '$1',
    // The library, as other packages here import it.
    '^babylon-personalized-head/command$': '<rootDir>/personalize/forCommand.node.ts',
    '^babylon-personalized-head/node$': '<rootDir>/personalize/forNode.node.ts',
    '^babylon-personalized-head/(personalize|runtime)$': '<rootDir>/$1/index.ts',
    // The Editor is no package that can be installed.
    '^babylonjs-editor$': '<rootDir>/test/editor/fakeEditor.ts',
    '^webgpu$': '<rootDir>/test/harness/outer/webgpu.mjs',
    '^onnxruntime-node$': '<rootDir>/test/harness/outer/onnxruntimeNode.mjs',
    '^onnxruntime-web(/webgpu)?$': '<rootDir>/test/harness/outer/onnxruntimeWeb.mjs',
    '^playwright-core$': '<rootDir>/test/harness/outer/playwright.mjs',
  },
  // The judges' own packages, for the tests that judge.
  modulePaths: ['<rootDir>/tools/judges/node_modules'],
  modulePathIgnorePatterns: ['<rootDir>/.cache/', '<rootDir>/artifacts/'],
  maxWorkers: 2,
  testTimeout: 900_000,
};
