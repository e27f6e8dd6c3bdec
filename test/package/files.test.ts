import { expect, test } from '@jest/globals';
import { bytes, code, files, text } from './sources.js';

const isText = (file: string): boolean =>
  /\.(ts|mts|js|mjs|wgsl|html|css|json|md|yml|yaml|txt)$|^(\.[a-z]+rc|LICENSE|NOTICE|\.ci\/run)$/.test(file);

test('the repository is found', () => {
  expect(files).toContain('package.json');
  expect(code).toContain('shaders/render/march.wgsl');
  expect(code.length).toBeGreaterThan(100);
});

test('no file of code passes 25 KB', () => {
  const large = code.filter((file) => bytes(file) > 25_000).map((file) => `${file}: ${bytes(file)}`);
  expect(large).toEqual([]);
});

test('no paths of a machine', () => {
  const pattern = /(?<![\w.$}-])\/(?:work|home|root|Users|mnt|media)\/[\w.-]+|\b[A-Z]:\\\\?Users\\/;
  const found = files
    .filter((file) => isText(file) && file !== 'test/package/files.test.ts')
    .flatMap((file) => {
      const match = pattern.exec(text(file));
      return match ? [`${file}: ${match[0]}`] : [];
    });
  expect(found).toEqual([]);
});

test('packages come from the public registry, or from wherever npm is told', () => {
  const hosts = [...text('package-lock.json').matchAll(/"resolved": "https?:\/\/([^/"]+)/g)].map((match) => match[1]);
  expect(hosts.filter((host) => host !== 'registry.npmjs.org')).toEqual([]);
  const configured = files
    .filter((file) => /(^|\/)\.(npmrc|yarnrc(\.yml)?)$/.test(file))
    .flatMap((file) =>
      text(file)
        .split('\n')
        .filter((line) => /^\s*[^#\s].*(registry|_auth|proxy)/i.test(line)),
    );
  expect(configured).toEqual([]);
});

test('the index of errors names every code in the sources', () => {
  const index = text('docs/errors.md');
  const thrown = code
    .filter((file) => /^(runtime|personalize|plugin|cli)\/.*\.ts$/.test(file))
    .flatMap((file) => [...text(file).matchAll(/Error\(\s*'([a-z][a-zA-Z]*\/[a-zA-Z-]+)'/g)].map(([, each]) => each!));
  expect(new Set(thrown).size).toBeGreaterThan(100);
  // After a new one: npm run api
  expect(thrown.filter((each) => !index.includes(`| \`${each}\` |`))).toEqual([]);
});
