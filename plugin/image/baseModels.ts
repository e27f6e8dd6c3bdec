import type { AbstractEngine } from '@babylonjs/core/Engines/abstractEngine.pure.js';
import type { Base } from '../../runtime/checkpoint/base.js';
import { BaseModel, type BaseModelOptions } from './baseModel.js';

interface Counted {
  readonly model: Promise<BaseModel>;
  count: number;
}

const known = new WeakMap<AbstractEngine, Map<string, Counted>>();

/** A reference to a base model; the last one that is released disposes it. */
export interface BaseModelReference {
  readonly model: BaseModel;
  /** Once; further calls do nothing. */
  release(): Promise<void>;
}

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
 * The model of a base on an engine: made by the first who asks, shared by all.
 * @throws what BaseModel.createAsync throws; nothing stays behind then
 */
export async function acquireBaseModelAsync(
  engine: AbstractEngine,
  base: Base,
  options: BaseModelOptions,
): Promise<BaseModelReference> {
  let models = known.get(engine);
  if (!models) known.set(engine, (models = new Map<string, Counted>()));
  const key = keyOf(base, options);
  let entry = models.get(key);
  if (!entry) models.set(key, (entry = { model: BaseModel.createAsync(engine, base, options), count: 0 }));
  const own = entry;
  own.count++;
  const drop = (): boolean => {
    if (--own.count > 0) return false;
    if (models.get(key) === own) models.delete(key);
    return true;
  };
  let model: BaseModel;
  try {
    model = await own.model;
  } catch (error) {
    drop();
    throw error;
  }
  let released = false;
  const release = async (): Promise<void> => {
    if (released) return;
    released = true;
    if (drop()) await model.disposeAsync();
  };
  return { model, release };
}
