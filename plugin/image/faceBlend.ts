/**
 * How far a face has gone from what was shown to what the network made last. It arrives when the next result is due, so
 * that a face moves in every frame although the network does not run in every frame. What is shown is changed in place,
 * so each step is a share of what remains; a result that comes early is gone to from wherever the face is then.
 */
export class FaceBlend {
  private _start = 0;
  private _length = 0;
  /** 0 .. 1 */
  private _gone = 1;

  /** Is what is shown the last result itself? */
  get done(): boolean {
    return this._gone === 1;
  }

  /** @param length milliseconds until the next result is due */
  begin(now: number, length: number): void {
    this._start = now;
    this._length = length;
    this._gone = 0;
  }

  /** The share of what remains that is to be gone now; 0: nothing is. */
  step(now: number): number {
    const place = this._length > 0 ? (now - this._start) / this._length : 1;
    return this._go(Math.min(1, Math.max(this._gone, place)));
  }

  /** The same for all that remains. */
  finish(): number {
    return this._go(1);
  }

  private _go(place: number): number {
    const share = this.done ? 0 : (place - this._gone) / (1 - this._gone);
    this._gone = place;
    return share;
  }
}
