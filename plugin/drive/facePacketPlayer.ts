import { approach, within } from '../behaviors/easing.js';
import { faceNumbers, faceOf, mixNumbers, numbersOf, type FaceNumbers } from './faceNumbers.js';
import { packetClock, readFacePacket } from './facePacket.js';
import type { FaceState } from './faceState.js';
import { expectGiven } from '../../runtime/core/given.js';

export interface FacePacketPlayerOptions {
  /** Milliseconds of a clock that runs evenly. Default: `performance.now`. */
  readonly clock?: () => number;
  /** How long after the fastest packets a face is shown, milliseconds: what late ones have to arrive. Default 250. */
  readonly delay?: number;
  /** How long the last face stays where no more come, milliseconds. Then it goes back to neutral. Default 1000. */
  readonly hold?: number;
}

interface Received {
  /** The sender's milliseconds, no longer modulo. */
  readonly sent: number;
  readonly numbers: FaceNumbers;
}

/** Packets that are this far off from all others are of another sender, or of a clock that was set anew; milliseconds. */
const plausible = 2000;
/** How long the fastest packet counts: clocks drift, and ways through a network change. */
const memory = 5000;
/** Share of the time by which the face is shown faster or slower to keep its delay. */
const hurry = 0.05;
/** Time constants, milliseconds: of a jump that late packets would make, and of a face that nobody sends any more. */
const mendTime = 250;
const fadeTime = 400;

/**
 * Plays faces that come in packets, late, in the wrong order, twice or never: waits a little, puts them in order, and mixes
 * between neighbours. Where a gap was too long, it goes on from what was shown without a jump.
 */
export class FacePacketPlayer {
  private readonly _clock: () => number;
  private readonly _delay: number;
  private readonly _hold: number;
  /** In the order they were sent. */
  private _received: Received[] = [];
  private _lags: { readonly at: number; readonly lag: number }[] = [];
  /** Of this clock beyond the sender's, for the fastest packets. */
  private _offset = NaN;
  private _stray: number | null = null;
  private _shown: FaceNumbers = new Float64Array(faceNumbers);
  /** What is shown beyond what was sent. */
  private _mend: FaceNumbers = new Float64Array(faceNumbers);
  private _shownAt = NaN;
  /** Is what is shown a guess, because nothing newer has come? */
  private _guessed = true;

  constructor(options: FacePacketPlayerOptions = {}) {
    expectGiven('FacePacketPlayer', 'options', options);
    const { clock = () => performance.now(), delay = 250, hold = 1000 } = options;
    this._clock = clock;
    this._delay = delay;
    this._hold = hold;
  }

  /** Takes what came. Returns whether it is a packet that can still be shown; anything else changes nothing. */
  receive(data: ArrayBuffer | ArrayBufferView): boolean {
    const packet = readFacePacket(data);
    if (!packet) return false;
    const now = this._clock();
    const sent = this._unwrapped(packet.milliseconds, now);
    const lag = now - sent;
    if (Number.isNaN(this._offset)) this._offset = lag;
    if (Math.abs(lag - this._offset) > plausible && !this._restarts(lag)) return false;
    this._stray = null;
    this._lags = this._lags.filter(({ at }) => now - at < memory);
    this._lags.push({ at: now, lag });
    const at = this._received.findIndex((other) => other.sent >= sent);
    if (at >= 0 && this._received[at]!.sent === sent) return false;
    const received = { sent, numbers: numbersOf(packet.face) };
    if (at < 0) this._received.push(received);
    else this._received.splice(at, 0, received);
    return sent >= this._time(now);
  }

  /** The face to show now; call it once a frame. Neutral before the first packet. */
  face(): FaceState {
    const now = this._clock();
    const passed = Number.isNaN(this._shownAt) ? 0 : Math.max(0, now - this._shownAt);
    this._shownAt = now;
    this._follow(passed);
    const { numbers, guessed } = this._wanted(this._time(now), passed);
    // What comes after a gap may be anywhere: go there from here.
    if (this._guessed && !guessed) this._mend = this._shown.map((value, i) => value - numbers[i]!);
    else if (passed > 0) this._mend = this._mend.map((value) => value * Math.exp(-passed / mendTime));
    this._guessed = guessed;
    this._shown = guessed ? numbers : numbers.map((value, i) => value + this._mend[i]!);
    return faceOf(this._shown);
  }

  /** What is shown now, by the sender's clock. */
  private _time(now: number): number {
    return now - this._offset - this._delay;
  }

  /** The nearest to what is due. */
  private _unwrapped(milliseconds: number, now: number): number {
    if (Number.isNaN(this._offset)) return milliseconds;
    const due = now - this._offset;
    return milliseconds + packetClock * Math.round((due - milliseconds) / packetClock);
  }

  /** One stray packet is dropped; where a second agrees with it, the sender has begun anew. */
  private _restarts(lag: number): boolean {
    const again = this._stray !== null && Math.abs(this._stray - lag) < plausible;
    this._stray = again ? null : lag;
    if (!again) return false;
    this._received = [];
    this._lags = [];
    this._offset = lag;
    this._guessed = true;
    return true;
  }

  /** Keeps the delay, without a jump in time. */
  private _follow(passed: number): void {
    if (this._lags.length === 0) return;
    const fastest = Math.min(...this._lags.map(({ lag }) => lag));
    this._offset += within(fastest - this._offset, hurry * passed);
  }

  private _wanted(time: number, passed: number): { readonly numbers: FaceNumbers; readonly guessed: boolean } {
    const received = this._received;
    const after = received.findIndex(({ sent }) => sent > time);
    const [from, to] = [received.at(after < 0 ? -1 : Math.max(0, after - 1)), received[after]];
    // What is over is never needed again.
    if (after > 1) received.splice(0, after - 1);
    else if (after < 0 && received.length > 1) received.splice(0, received.length - 1);
    if (!from || (after === 0 && this._guessed && to!.sent > time)) return { numbers: this._shown, guessed: true };
    if (!to) {
      const late = time - from.sent;
      if (late <= this._hold) return { numbers: this._shown, guessed: true };
      const numbers = mixNumbers(this._shown, new Float64Array(faceNumbers), approach(passed, fadeTime));
      return { numbers, guessed: true };
    }
    const share = to.sent > from.sent ? Math.min(1, Math.max(0, (time - from.sent) / (to.sent - from.sent))) : 1;
    return { numbers: mixNumbers(from.numbers, to.numbers, share), guessed: false };
  }
}
