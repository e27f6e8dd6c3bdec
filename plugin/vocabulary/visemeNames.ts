/** The 15 visemes of Oculus (Meta) lip-sync, which speech services and Ready Player Me heads speak in. */
export const VISEMES = ['sil', 'PP', 'FF', 'TH', 'DD', 'kk', 'CH', 'SS', 'nn', 'RR', 'aa', 'E', 'I', 'O', 'U'] as const;

export type Viseme = (typeof VISEMES)[number];

/** Azure's viseme ids 0 to 21, by the sounds that its documentation lists for each. */
const azureVisemes: readonly Viseme[] = [
  'sil',
  'aa', // æ ə ʌ
  'aa', // ɑ
  'O', // ɔ
  'E', // ɛ ʊ
  'RR', // ɝ
  'I', // j i ɪ
  'U', // w u
  'O', // o
  'aa', // aʊ
  'O', // ɔɪ
  'aa', // aɪ
  'kk', // h
  'RR', // ɹ
  'nn', // l
  'SS', // s z
  'CH', // ʃ tʃ dʒ ʒ
  'TH', // ð
  'FF', // f v
  'DD', // d t n θ
  'kk', // k g ŋ
  'PP', // p b m
];

/** Polly's visemes. Their case counts: `s` is sir, `S` is she. */
const pollyVisemes: Readonly<Record<string, Viseme>> = {
  sil: 'sil',
  p: 'PP',
  t: 'DD',
  S: 'CH',
  T: 'TH',
  f: 'FF',
  k: 'kk',
  r: 'RR',
  s: 'SS',
  i: 'I',
  u: 'U',
  '@': 'E',
  a: 'aa',
  e: 'E',
  E: 'E',
  o: 'O',
  O: 'O',
};

const byLowerCase: ReadonlyMap<string, Viseme> = new Map([
  ...VISEMES.map((viseme) => [viseme.toLowerCase(), viseme] as const),
  // Oculus' own names of the vowels, and VRM's.
  ['a', 'aa'],
  ['ih', 'I'],
  ['oh', 'O'],
  ['ou', 'U'],
  ['ee', 'E'],
]);

/**
 * The viseme that a name means: Oculus' own in any case, also with a prefix (`viseme_aa` of Ready Player Me, `vrc.v_aa`);
 * VRM's vowels; Polly's (`p`, `S`, `@`: their case counts); Azure's ids 0 to 21, as numbers or text.
 * @returns undefined for anything else
 */
export function visemeOf(name: string | number): Viseme | undefined {
  if (typeof name === 'number') return azureVisemes[name];
  if (typeof name !== 'string') return undefined;
  if (/^\d{1,2}$/.test(name)) return azureVisemes[Number(name)];
  if (Object.hasOwn(pollyVisemes, name)) return pollyVisemes[name];
  return byLowerCase.get(name.toLowerCase().replace(/^(viseme[_-]?|vrc\.v_)/, ''));
}
