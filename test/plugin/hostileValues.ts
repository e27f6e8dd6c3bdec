/** What nobody should pass, and what somebody does. */
export const hostile: readonly (readonly [what: string, value: unknown])[] = [
  ['undefined', undefined],
  ['null', null],
  ['NaN', NaN],
  ['a number', 7],
  ['a huge number', 1e308],
  ['a text', 'x'],
  ['no text', ''],
  ['true', true],
  ['a list', []],
  ['a list of nulls', [null]],
  ['an object', {}],
  ['a function', () => 0],
  ['bytes', Uint8Array.of(1, 2, 3)],
];
