interface Layered {
  /** What the owner set. */
  own: number;
  /** What was written last, as it was read back: anything else found later was set by the owner. */
  written: number;
}

/**
 * Numbers of an object that belong to its owner, with something added on top. Values are told apart by looking: where a
 * number is no longer the one written here, the owner (or an animation) set it anew, and that is what is added to.
 */
export class LayeredValues {
  private readonly _layered = new Map<string, Layered>();

  /** @param combine the owner's value and what is added to it (never 0), as it is to be shown */
  constructor(private readonly _combine: (own: number, added: number) => number) {}

  /** Brings all values up to date. Names that the object lacks are passed over; what is not added to is given back. */
  show(values: Record<string, number>, added: ReadonlyMap<string, number>): void {
    for (const name of new Set([...this._layered.keys(), ...added.keys()])) {
      this._show(values, name, added.get(name) ?? 0);
    }
  }

  private _show(values: Record<string, number>, name: string, added: number): void {
    const found: unknown = values[name];
    if (typeof found !== 'number' || !Number.isFinite(found)) {
      this._layered.delete(name);
      return;
    }
    const before = this._layered.get(name);
    const own = before?.written === found ? before.own : found;
    const value = added === 0 ? own : this._combine(own, added);
    if (value !== found) values[name] = value;
    if (added === 0) this._layered.delete(name);
    else this._layered.set(name, { own, written: values[name]! });
  }
}
