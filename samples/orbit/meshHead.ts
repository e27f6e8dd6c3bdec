import type { Scene } from '@babylonjs/core/scene.js';
import { CreatePersonalizedHeadAsync } from '../../plugin/index.js';
import { besidePage } from '../shared/address.js';
import type { OrbitParameters } from './parameters.js';

/** What changes the head, and settles when the next frame shows it. */
export type Show = (change: Partial<OrbitParameters>) => Promise<void>;

/** The base's mean head as a textured mesh, for engines that cannot draw the neural image: it has no other faces. */
export async function meshHeadAsync(scene: Scene, parameters: OrbitParameters): Promise<Show> {
  const head = await CreatePersonalizedHeadAsync('head', besidePage('assets/base.safetensors'), scene, {
    image: false,
  });
  return (change) => {
    Object.assign(parameters, change);
    const { expressions, yaw, pitch } = parameters;
    head.rotation.set(-pitch, yaw, 0);
    head.setExpression(expressions);
    return Promise.resolve();
  };
}
