import type { AbstractEngine } from '@babylonjs/core/Engines/abstractEngine.pure.js';
import type { Base } from '../../runtime/checkpoint/base/base.js';
import { SharedCache, type Lease } from '../loading/sharedCache.js';
import { BaseModel, type BaseModelOptions } from './baseModel.js';

const known = new WeakMap<AbstractEngine, SharedCache<BaseModel>>();

/** What two heads must have in common to share a model; an own execution is never shared. */
function keyOf(base: Base, { networkOn = 'auto', execution }: BaseModelOptions): string {
  return JSON.stringify([base.hash, base.config, networkOn, execution ? executionNumber(execution) : 0]);
}

const numbers = new WeakMap<object, number>();
let lastNumber = 0;

function executionNumber(execution: object): number {
  const number = numbers.get(execution) ?? ++lastNumber;
  numbers.set(execution, number);
  return number;
}

/** How many models an engine has; 0 when all heads are gone. */
export const baseModelCount = (engine: AbstractEngine): number => known.get(engine)?.size ?? 0;

/**
 * The model of a base on an engine: made by the first who asks, shared by all, freed with its last lease. It rejects with
 * what BaseModel.createAsync throws, and nothing stays behind then.
 */
export function acquireBaseModel(engine: AbstractEngine, base: Base, options: BaseModelOptions): Lease<BaseModel> {
  let models = known.get(engine);
  // Who releases the last lease waits for the end of it, and hears of what fails.
  const free = (model: BaseModel): void => void model.disposeAsync().catch(() => undefined);
  if (!models) known.set(engine, (models = new SharedCache<BaseModel>(free)));
  return models.acquire(keyOf(base, options), () => BaseModel.createAsync(engine, base, options));
}
