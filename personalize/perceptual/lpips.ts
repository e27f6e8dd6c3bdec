import { ShapeError } from '../../runtime/core/errors.js';
import type { Tensor } from '../../runtime/core/tensor.js';
import type { Execution, Session } from '../../runtime/execution/execution.js';
import { gradientGraph, gradientName } from '../../runtime/network/gradient/gradientGraph.js';
import type { Graph } from '../../runtime/network/graph.js';
import { lpipsDistanceGraph, lpipsTapsGraph } from './lpipsGraph.js';
import type { LpipsNetwork } from './lpipsNetwork.js';

/** What images are compared with: an image's activations, computed once. */
export interface LpipsReference {
  readonly side: number;
  /** By the distance graph's inputs. */
  readonly taps: Readonly<Record<string, Tensor>>;
}

/** How unlike two images look, by a network that the user brought. */
export class Lpips {
  private readonly _sessions = new Map<string, Promise<Session>>();

  constructor(
    private readonly _execution: Execution,
    readonly network: LpipsNetwork,
  ) {}

  /** @param image [3, S, S], -1..1 */
  async reference(image: Tensor): Promise<LpipsReference> {
    const side = squareSide(image);
    const session = await this._session(`taps ${side}`, () => lpipsTapsGraph(this.network, side));
    const outputs = await session.run({ image: batch(image) });
    const taps = Object.entries(outputs).map(
      ([name, { dims, data }]) => [name, { dims, data: data!.slice() }] as const,
    );
    return { side, taps: Object.fromEntries(taps) };
  }

  /**
   * @param image [3, S, S], -1..1
   * @throws ShapeError for an image of another side than the reference's
   */
  async distance(image: Tensor, { side, taps }: LpipsReference): Promise<number> {
    requireSide(image, side);
    const session = await this._session(`distance ${side}`, () => lpipsDistanceGraph(this.network, side));
    return (await session.run({ image: batch(image), ...taps })).distance!.data![0]!;
  }

  /** The distance and its gradient by the image, [3, S, S]; like `distance`. */
  async slope(image: Tensor, { side, taps }: LpipsReference): Promise<{ distance: number; gradient: Float32Array }> {
    requireSide(image, side);
    const session = await this._session(`slope ${side}`, () =>
      gradientGraph(lpipsDistanceGraph(this.network, side), { wrt: ['image'] }),
    );
    const one = { dims: [1], data: Float32Array.of(1) };
    const outputs = await session.run({ image: batch(image), ...taps, [gradientName('distance')]: one });
    return { distance: outputs.distance!.data![0]!, gradient: outputs[gradientName('image')]!.data! };
  }

  async dispose(): Promise<void> {
    const sessions = [...this._sessions.values()];
    this._sessions.clear();
    await Promise.all(sessions.map(async (session) => (await session).dispose()));
  }

  private _session(name: string, build: () => Graph): Promise<Session> {
    let session = this._sessions.get(name);
    if (!session) this._sessions.set(name, (session = this._execution.load(build())));
    return session;
  }
}

const batch = ({ dims, data }: Tensor): Tensor => ({ dims: [1, ...dims], data });

function squareSide({ dims }: Tensor): number {
  const [channels, height, width] = dims;
  if (dims.length !== 3 || channels !== 3 || !height || height !== width) {
    throw new ShapeError('lpips/image', `LPIPS: expected an image [3, S, S], got [${dims.join(', ')}].`);
  }
  return height;
}

function requireSide(image: Tensor, side: number): void {
  const own = squareSide(image);
  if (own !== side) throw new ShapeError('lpips/image', `LPIPS: expected an image of side ${side}, got one of ${own}.`);
}
