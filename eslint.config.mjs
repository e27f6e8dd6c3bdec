import eslint from '@eslint/js';
import tseslint from 'typescript-eslint';

/** One way in: what each folder must not import (design: shaders <- runtime <- plugin <- samples, cli, bench). */
const forbid = (files, folders, reason) => ({
  files,
  rules: {
    'no-restricted-imports': [
      'error',
      { patterns: folders.map((folder) => ({ group: [`**/${folder}/**`], message: reason })) },
    ],
  },
});

export default tseslint.config(
  {
    ignores: [
      '**/dist/',
      'editor/build/',
      'coverage/',
      'artifacts/',
      '.cache/',
      '**/node_modules/',
      '**/*.generated.ts',
      'base-model/',
      // Written where nothing of the project is.
      'tools/',
    ],
  },
  eslint.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [...tseslint.configs.strictTypeChecked, ...tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      // Numbers in messages are what our error texts are made of.
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      // Index arithmetic over typed arrays: the bound is the loop's, stated there.
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-unnecessary-condition': ['error', { allowConstantLoopConditions: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/unified-signatures': 'off',
      // `this: void` says that a method needs no object, as unbound-method asks for.
      '@typescript-eslint/no-invalid-void-type': ['error', { allowAsThisParameter: true }],
    },
  },
  {
    files: ['**/*.mjs', '**/*.js'],
    languageOptions: {
      globals: {
        process: 'readonly',
        console: 'readonly',
        URL: 'readonly',
        setTimeout: 'readonly',
        Buffer: 'readonly',
      },
    },
  },
  {
    files: ['samples/templates/*/main.js'],
    languageOptions: {
      globals: {
        document: 'readonly',
        window: 'readonly',
        location: 'readonly',
        addEventListener: 'readonly',
        URLSearchParams: 'readonly',
      },
    },
  },
  forbid(
    ['runtime/**/*.ts'],
    ['plugin', 'personalize', 'cli', 'samples', 'bench', 'test'],
    'runtime imports only shaders and itself.',
  ),
  forbid(
    ['personalize/**/*.ts'],
    ['plugin', 'cli', 'samples', 'bench', 'test'],
    'personalize imports only runtime and itself.',
  ),
  forbid(
    ['plugin/**/*.ts'],
    ['personalize', 'cli', 'samples', 'bench', 'test'],
    'plugin imports only runtime and itself.',
  ),
  forbid(
    ['editor/**/*.ts'],
    ['personalize', 'cli', 'samples', 'bench', 'test'],
    'editor imports only plugin, runtime and itself.',
  ),
  forbid(['samples/**/*.ts', 'bench/**/*.ts'], ['test'], 'nothing imports a test.'),
  forbid(
    ['cli/**/*.ts'],
    ['runtime', 'personalize', 'plugin', 'samples', 'bench', 'test'],
    'cli is a package of its own: it imports the library by its doors.',
  ),
  forbid(
    ['service/**/*.ts'],
    ['runtime', 'personalize', 'plugin', 'cli', 'samples', 'bench', 'test'],
    'service is a package of its own: it imports the library by its doors.',
  ),
);
