import type { Feed, Output, Session } from './execution.js';
import { takeOutput } from './takeOutput.js';

type Feeds = Readonly<Record<string, Feed>>;

/** Largest deviation of a replayed run from a plain one, of the largest value. */
const tolerance = 1e-4;
/** What the feeds of the recorded run are multiplied by, so that a replay that does not read them anew is found out. */
const otherFeeds = 0.9;

/**
 * Runs plainly at first, and replays once a replay was seen to give the same. Replays have misbound buffers and kept old
 * ones (onnxruntime#29594, #28325), so the proof is on this device and this network, once, after the first run.
 */
export class CapturedSession implements Session {
  private _replaying: Session | null = null;
  private _proof: Promise<void> | null = null;
  private _disposed = false;

  /**
   * @param _plain taken over
   * @param _bind makes the session that records its first run
   * @param _onNotice told why runs stay plain
   */
  constructor(
    private readonly _where: string,
    private readonly _device: GPUDevice,
    private readonly _plain: Session,
    private readonly _bind: () => Promise<Session>,
    private readonly _onNotice: (message: string) => void = () => undefined,
  ) {}

  get inputs(): readonly string[] {
    return this._plain.inputs;
  }

  /** Are runs replayed? */
  get replays(): boolean {
    return this._replaying !== null;
  }

  /** Settles when it is known whether runs can be replayed; at once before the first run. */
  async proven(): Promise<void> {
    await this._proof;
  }

  async run(feeds: Feeds): Promise<Record<string, Output>> {
    if (this._replaying) return this._replaying.run(feeds);
    const outputs = await this._plain.run(feeds);
    // Buffers of the GPU may change meanwhile.
    const fixed = Object.values(feeds).every((feed) => 'data' in feed);
    if (fixed && !this._disposed) this._proof ??= this._prove(feeds);
    return outputs;
  }

  async dispose(): Promise<void> {
    if (this._disposed) return;
    this._disposed = true;
    await this._proof;
    await (this._replaying ?? this._plain).dispose();
  }

  private async _prove(feeds: Feeds): Promise<void> {
    let bound: Session | null = null;
    try {
      bound = await this._bind();
      const recorded = await this._read(bound, changed(feeds));
      const replayed = await this._read(bound, feeds);
      const plain = await this._read(this._plain, feeds);
      const deviation = deviationOf(replayed, plain);
      if (!(deviation <= tolerance)) {
        throw new Error(`a replayed run deviates from a plain one by ${deviation} of its largest value`);
      }
      // Were the feeds of no account, this proof would be none either.
      if (deviationOf(recorded, plain) === 0) throw new Error('its feeds change nothing');
      if (this._disposed) await bound.dispose();
      else await this._replaceBy(bound);
    } catch (error) {
      await bound?.dispose().catch(() => undefined);
      if (this._disposed) return;
      const why = error instanceof Error ? error.message : String(error);
      this._onNotice(`${this._where}: its runs are not replayed, which costs time on the page's thread: ${why}.`);
    }
  }

  private async _replaceBy(bound: Session): Promise<void> {
    this._replaying = bound;
    await this._plain.dispose().catch(() => undefined);
  }

  private async _read(session: Session, feeds: Feeds): Promise<Float32Array[]> {
    const outputs = await session.run(feeds);
    const read: Float32Array[] = [];
    for (const output of Object.values(outputs)) {
      read.push(await takeOutput(output, this._device));
    }
    return read;
  }
}

function changed(feeds: Feeds): Feeds {
  const other = (feed: Feed): Feed =>
    'data' in feed ? { dims: feed.dims, data: feed.data.map((value) => otherFeeds * value) } : feed;
  return Object.fromEntries(Object.entries(feeds).map(([name, feed]) => [name, other(feed)]));
}

/** Largest difference, of the largest value; NaN where one is no number. */
function deviationOf(outputs: readonly Float32Array[], expected: readonly Float32Array[]): number {
  let [most, difference] = [0, 0];
  expected.forEach((values, i) =>
    values.forEach((value, at) => {
      most = Math.max(most, Math.abs(value));
      difference = Math.max(difference, Math.abs(outputs[i]![at]! - value));
    }),
  );
  return difference / most;
}
