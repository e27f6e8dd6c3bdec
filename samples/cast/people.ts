import type { Scene } from '@babylonjs/core/scene.js';
import {
  BlinkBehavior,
  CreatePersonalizedHeadAsync,
  IdleBehavior,
  LipSyncBehavior,
  LookAtBehavior,
  type PersonalizedHeadMesh,
} from '../../plugin/index.js';
import { besidePage, qualityOf } from '../shared/address.js';
import { createBust } from './bust.js';
import { MoodBehavior } from './mood.js';
import type { CastParameters } from './parameters.js';
import { visemesOf } from './speech.js';

/** One of the cast: a head, and what makes it alive. */
export class Person {
  readonly look = new LookAtBehavior({ headShare: 0.5 });
  readonly speech = new LipSyncBehavior();
  readonly mood = new MoodBehavior();

  constructor(
    readonly head: PersonalizedHeadMesh,
    seed: number,
  ) {
    const behaviors = [this.look, this.speech, this.mood, new BlinkBehavior({ seed }), new IdleBehavior({ seed })];
    for (const behavior of behaviors) head.addBehavior(behavior);
  }

  say(line: string): void {
    this.speech.speakVisemes(visemesOf(line));
  }
}

/** Where each stands, as seen from the camera: four before, four behind in the gaps, a little higher. */
function placeOf(index: number, people: number): readonly [number, number, number] {
  const front = Math.ceil(people / 2);
  const behind = index >= front;
  const count = behind ? people - front : front;
  const step = behind ? 0.86 : 0.72;
  const x = ((behind ? index - front : index) - (count - 1) / 2) * step;
  // In a gentle bow around the visitor.
  return behind ? [x, 0.36, 1.05 - 0.06 * x * x] : [x, -0.16, 0.1 - 0.1 * x * x];
}

/** Told while people come. */
interface ComingPeople {
  /** @param share of what the first brings, 0..1 */
  readonly onProgress: (share: number) => void;
  readonly onPerson: (count: number) => void;
}

/** People of one base, loaded one after the other: the first brings the base, the others take no time. */
export async function createPeopleAsync(
  scene: Scene,
  parameters: CastParameters,
  { onProgress, onPerson }: ComingPeople,
): Promise<Person[]> {
  const { people, seed, network } = parameters;
  const quality = qualityOf(parameters);
  const cast: Person[] = [];
  for (let i = 0; i < people; i++) {
    const head = await CreatePersonalizedHeadAsync(`person ${i}`, besidePage('assets/base.safetensors'), scene, {
      seed: seed + i,
      truncationPsi: 0.8,
      wasmPaths: besidePage('ort/'),
      networkOn: network,
      quality,
      onProgress: ({ lengthComputable, loaded, total }) => i === 0 && lengthComputable && onProgress(loaded / total),
    });
    const bust = createBust(scene, i);
    bust.position.set(...placeOf(i, people));
    head.position.copyFrom(bust.position);
    cast.push(new Person(head, seed + i));
    onPerson(i + 1);
  }
  return cast;
}
