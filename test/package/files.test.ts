import { existsSync } from 'node:fs';
import { posix } from 'node:path';
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

test('every link between documents leads to a file, and every heading that it names is there', () => {
  const anchorsOf = (file: string): string[] =>
    [...text(file).matchAll(/^#+ (.+)$/gm)].map(([, heading]) =>
      heading!
        .toLowerCase()
        .replace(/[^\p{L}\p{N} _-]/gu, '')
        .replaceAll(' ', '-'),
    );
  const dead = files
    .filter((file) => /^[^/]+\.md$|^(docs|cli|service|editor|base-model|assets|samples)\/.*\.md$/.test(file))
    .flatMap((file) =>
      [...text(file).matchAll(/\]\(([^)\s#:]*)(?:#([^)\s]+))?\)/g)]
        .filter(([, path, anchor]) => {
          const target = path ? posix.normalize(posix.join(posix.dirname(file), path)) : file;
          if (!existsSync(target)) return true;
          return anchor !== undefined && target.endsWith('.md') && !anchorsOf(target).includes(anchor);
        })
        .map(([link]) => `${file}: ${link}`),
    );
  expect(dead).toEqual([]);
});

test('every decision has a number of its own, its date, status and what it was measured on, and stands in the list', () => {
  const decisions = files.filter((file) => /^docs\/decisions\/\d/.test(file));
  const numbers = decisions.map((file) => posix.basename(file).slice(0, 4));
  expect(numbers).toEqual(numbers.map((_, i) => String(i + 1).padStart(4, '0')));
  const list = text('docs/decisions/README.md');
  const form = /^# .+\n\nDate: \d{4}-\d\d-\d\d · Status: (accepted|replaced by \d{4}) · Measured on: .+\n\n./;
  expect(decisions.filter((file) => !form.test(text(file)) || !list.includes(`](${posix.basename(file)})`))).toEqual(
    [],
  );
});
