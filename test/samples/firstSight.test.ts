import { existsSync, readFileSync } from 'node:fs';
import { Window } from 'happy-dom';
import { describe, expect, test } from '@jest/globals';
import { readParameters } from '../../samples/orbit/parameters.js';

function documentOf(file: string) {
  const { document } = new Window();
  document.write(readFileSync(file, 'utf8'));
  return document;
}

test('the index shows every page by a picture or sign, a title and a sentence', () => {
  const links = [...documentOf('samples/index.html').querySelectorAll('a')];
  const pages = links.map((link) => link.getAttribute('href')!.replace(/\.html.*/, ''));
  expect(pages.sort()).toEqual(['cast', 'game', 'latent', 'mirror', 'orbit', 'personalize', 'playground', 'studio']);
  for (const link of links) {
    const picture = link.querySelector('img');
    if (picture) expect(existsSync(`docs/${picture.getAttribute('src')!}`)).toBe(true);
    else expect(link.querySelector('.plain')!.textContent.length).toBeGreaterThan(5);
    expect(link.querySelector('h2')!.textContent).toMatch(/\w{4}/);
    expect(link.querySelector('p')!.textContent.trim()).toMatch(/^\w.{30}[^]*\.$/);
  }
});

test('the orbit page opens with a smiling face that looks aside, not with the first face as it is', () => {
  const { expressions, yaw, seed, seedB, mix } = readParameters('');
  expect(expressions.smile).toBeGreaterThan(0.3);
  expect(Math.abs(yaw)).toBeGreaterThan(0.1);
  expect(seed !== seedB && mix > 0).toBe(true);
});

describe('words of the latent page that only its makers know', () => {
  const page = documentOf('samples/latent/latent.html');
  const explained = [...page.querySelectorAll('p.quiet, [title]')].map(
    (element) => element.getAttribute('title') ?? element.textContent,
  );

  test.each(['beta', 'outside', 'border', 'project', 'stop', 'continue', 'anchor', 'authors'])(
    '%s is explained beside its control',
    (word) => expect(explained.filter((text) => text.includes(word) && text.length > 40)).not.toEqual([]),
  );
});
