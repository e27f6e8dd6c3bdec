import type { VisemeTimeline } from '../../plugin/index.js';

const letters = (all: string, viseme: string): (readonly [string, string])[] =>
  all.split('').map((letter) => [letter, viseme]);

/** What letters sound like, longest first; English spelling is not this simple, but lips are not either. */
const sounds: readonly (readonly [string, string])[] = [
  ['th', 'TH'],
  ['ch', 'CH'],
  ['sh', 'CH'],
  ['oo', 'U'],
  ['ou', 'O'],
  ['ee', 'I'],
  ['ea', 'I'],
  ['ph', 'FF'],
  ['ll', 'nn'],
  ...letters('pbm', 'PP'),
  ...letters('fv', 'FF'),
  ...letters('td', 'DD'),
  ...letters('kgcqx', 'kk'),
  ...letters('sz', 'SS'),
  ...letters('nl', 'nn'),
  ['j', 'CH'],
  ['r', 'RR'],
  ['w', 'U'],
  ['a', 'aa'],
  ['e', 'E'],
  ['i', 'I'],
  ['y', 'I'],
  ['o', 'O'],
  ['u', 'U'],
];

/** Milliseconds of a consonant, a vowel, and the pauses of a blank and of the end of a sentence. */
const lengths = { consonant: 75, vowel: 130, blank: 45, stop: 260 };
const vowels = new Set(['aa', 'E', 'I', 'O', 'U']);

/** A mouth's way through a line: a stand-in for a speech service, which would give visemes with its sound. */
export function visemesOf(text: string): Required<VisemeTimeline> {
  const timeline = { visemes: [] as string[], times: [] as number[], durations: [] as number[] };
  let rest = text.toLowerCase();
  let time = 0;
  while (rest) {
    const sound = sounds.find(([letters]) => rest.startsWith(letters));
    if (sound) {
      const duration = vowels.has(sound[1]) ? lengths.vowel : lengths.consonant;
      timeline.visemes.push(sound[1]);
      timeline.times.push(time);
      timeline.durations.push(duration);
      time += duration;
    } else {
      time += /[.!?,:]/.test(rest) && rest.search(/[.!?,:]/) === 0 ? lengths.stop : lengths.blank;
    }
    rest = rest.slice(sound?.[0].length ?? 1);
  }
  return timeline;
}

/** What each of them has to say. */
export const lines = [
  'Welcome. We are eight people, and all of us share one base.',
  'Look at me: I am forty numbers and a smile.',
  'Walk around. We will follow you with our eyes.',
  'My neighbour blinks more than I do.',
  'Somebody should open a window.',
  'I was a seed this morning.',
  'Would you play a game with us?',
  'Good to see you. Come closer!',
] as const;
