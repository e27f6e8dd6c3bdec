/** How much of the newest measurement goes into the estimate. */
const weight = 0.25;

/**
 * What a frame may spend on marches, by how long marches took before. A graphics device works later than it is told, so
 * one march at a time is timed until the device is through with it.
 */
export class MarchBudget {
  private _perRay: number | null = null;
  private _timing = false;
  private _spent = 0;
  private _marches = 0;

  /** @param now milliseconds */
  constructor(private readonly _now: () => number = () => performance.now()) {}

  /** Begins a frame. */
  begin(): void {
    this._spent = 0;
    this._marches = 0;
  }

  /** Estimated milliseconds of a march; null before the first was measured. */
  estimate(rays: number): number | null {
    return this._perRay === null ? null : this._perRay * rays;
  }

  /** May this frame march so many rays more? The first march of a frame always may, so that every head gets its turn. */
  allows(rays: number, milliseconds: number): boolean {
    if (this._marches === 0) return true;
    const cost = this.estimate(rays);
    return cost !== null && this._spent + cost <= milliseconds;
  }

  /** @param done settles when the device is through with the march */
  spend(rays: number, done: () => Promise<unknown>): void {
    this._marches++;
    this._spent += this.estimate(rays) ?? 0;
    if (this._timing) return;
    this._timing = true;
    const start = this._now();
    const finish = (): void => {
      this._timing = false;
      const measured = (this._now() - start) / rays;
      this._perRay = this._perRay === null ? measured : this._perRay + weight * (measured - this._perRay);
    };
    // A lost device measures nothing.
    done().then(finish, () => (this._timing = false));
  }
}
