import type { Tensor } from '../core/tensor.js';
import type { Output } from '../execution/execution.js';
import { takeOutput } from '../execution/takeOutput.js';
import type { Generator, PreparedPerson } from '../generator/generator.js';
import type { Added } from './expressedFace.js';
import { baseAtRest, type BaseAtRest } from './carriedGraph.js';
import { frontPlanes, type PlaneMotion } from './planeMotion.js';
import { expectGiven } from '../core/given.js';

/** What was learned of a look. */
interface Held {
  readonly look: Tensor;
  /** B(w) - P(w), [1, 3 C, S, S]. */
  readonly planes: Tensor;
  readonly rest: BaseAtRest;
}

/**
 * One head's planes. A person learns from the few expressions that their photos show, and answers others by chance; so
 * an expression that is added to a look w is the base's own, and what was learned moves along with the face:
 *   P(w) without an expression,   B(w + e) + move_e(P(w) - B(w)) with e,
 * P the planes of the person, B those of the bare base (docs/decisions/0056-expressions-kept.md); where the base shows something
 * new with e, teeth or a fold, what was learned fades (`carriedGraph`). What was learned of a look is kept until the look changes: an expression takes one run of the network, the first one of a look three.
 */
export class ExpressedPlanes {
  private _held: Held | null = null;

  /**
   * @param _person undefined: whom the generator runs where a call names none
   * @param _motion of the base's face; null: expressions are as the person's factors make them
   */
  constructor(
    private readonly _generator: Generator,
    private readonly _motion: PlaneMotion | null,
    private readonly _person?: PreparedPerson,
  ) {
    expectGiven('ExpressedPlanes', 'generator', _generator);
    if (_motion !== null) expectGiven('ExpressedPlanes: motion', 'options', _motion);
  }

  /**
   * @param ws [numWs, wDim]
   * @param added what of it is an expression that was added; absent: nothing
   * @returns [1, 3 C, S, S]; call `release` when done
   */
  async planes(ws: Tensor, added?: Added): Promise<Output> {
    const person = this._person ?? this._generator.person;
    if (!this._motion || !added || added.amounts.size === 0 || person.feeds.size === 0) {
      return this._generator.planes(ws, person);
    }
    const { planes, rest } = await this._heldOf(added.look, person);
    const flows = this._motion.flow(added.amounts, planes.dims.at(-1)!);
    return this._generator.carriedPlanes(ws, planes, flows, rest);
  }

  private async _heldOf(look: Tensor, person: PreparedPerson): Promise<Held> {
    const known = this._held;
    if (known && same(known.look, look)) return known;
    const own = await this._read(await this._generator.planes(look, person));
    const planes = await this._read(await this._generator.carriedPlanes(look, own, []));
    const bare: Tensor = { dims: own.dims, data: own.data.map((value, i) => value + planes.data[i]!) };
    const front = frontPlanes(this._generator.base).map(({ plane }) => plane);
    return (this._held = { look, planes, rest: baseAtRest(bare, front) });
  }

  /** On the CPU, where it costs no memory of the device while nothing moves. */
  private async _read(output: Output): Promise<Tensor> {
    return { dims: output.dims, data: await takeOutput(output, this._generator.execution.device) };
  }
}

const same = (a: Tensor, b: Tensor): boolean =>
  a === b || (a.data.length === b.data.length && a.data.every((value, i) => value === b.data[i]));
