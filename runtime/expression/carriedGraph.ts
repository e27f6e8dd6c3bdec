import type { Base } from '../checkpoint/base/base.js';
import type { Tensor } from '../core/tensor.js';
import { GraphBuilder, type Graph, type Value } from '../network/graph.js';
import { add, concat, conv, mul, offset, reciprocal, reduceSum, scale, slice } from '../network/operators.js';
import { synthesisGraph, type SynthesisOptions } from '../network/synthesis.js';
import { gridSample } from '../network/visionOperators.js';
import { frontPlanes, type PlaneFlow } from './planeMotion.js';

/** What is fed for a plane that moves. */
const gridOf = (plane: number): string => `grid${plane}`;
const shownOf = (plane: number): string => `shown${plane}`;
const restOf = (plane: number): string => `rest${plane}`;
const strictness = 'strictness';

/**
 * Of the base's own planes, root mean square over a plane: where an expression changes them by this beyond what moving
 * explains (teeth, folds), half of what is held is left. Measured: docs/decisions/0056-expressions-kept.md.
 */
const newness = 0.3;

/**
 * The bare base's planes less what is held, which moves along with the face:
 *   planes = B(ws) - move(held),   move(h) = fade * shown * h at `grid` on planes seen from the front, h on the others,
 *   fade = 1 / (1 + (strictness * |B(ws) - rest at `grid`|^2)^2),   summed over channels, the mean over 3 x 3 texels squared.
 * What was learned is a difference from what the base shows at rest: it fades where the base shows something new.
 * Inputs: `ws` [1, numWs, wDim], `held` [1, 3 C, S, S], `strictness` [1], and for each plane p seen from the front
 * `grid<p>` [1, S, S, 2], `shown<p>` [1, 1, S, S], `rest<p>` [1, C, S, S]. Output: `planes` [1, 3 C, S, S].
 *
 * One graph makes both of what is needed, with P the planes of a person: at rest, held = P(w) and strictness 0 give
 * B(w) - P(w); with an expression e, held = B(w) - P(w) and rest = B(w) give B(w + e) + move(P(w) - B(w)).
 */
export function carriedGraph(base: Base, { noise = 'const' }: Pick<SynthesisOptions, 'noise'> = {}): Graph {
  const bare = synthesisGraph(base, { noise });
  const image = bare.nodes.at(-1)!.inputs[0]!;
  const dims = bare.dims.get(image)!;
  const [, channels, side] = dims as [number, number, number];
  // The bare planes are published under a name that the carried ones take.
  const rest = { ...bare, nodes: bare.nodes.slice(0, -1), outputs: [], dims: withoutPlanes(bare.dims) };
  const g = GraphBuilder.from(rest, 'carried');
  const held = g.input('held', dims);
  const bases: Value = { name: image, dims };
  const strict = g.input(strictness, [1]);
  const mean = g.constant('mean', new Array<number>(9).fill(1 / 9), [1, 1, 3, 3]);
  const moving = new Set(frontPlanes(base).map(({ plane }) => plane));
  const moved = [0, 1, 2].map((plane): Value => {
    const [first, last] = [(plane * channels) / 3, ((plane + 1) * channels) / 3];
    const own = slice(g, held, 1, first, last);
    if (!moving.has(plane)) return own;
    const grid = g.input(gridOf(plane), [1, side, side, 2]);
    const rest = gridSample(g, g.input(restOf(plane), [1, channels / 3, side, side]), grid);
    const fresh = add(g, slice(g, bases, 1, first, last), scale(g, rest, -1));
    const square = conv(g, reduceSum(g, mul(g, fresh, fresh), [1], true), mean, { pad: 1 });
    const fresher = mul(g, square, strict);
    const fade = reciprocal(g, offset(g, mul(g, fresher, fresher), 1));
    return mul(g, gridSample(g, own, grid), mul(g, fade, g.input(shownOf(plane), [1, 1, side, side])));
  });
  g.output('planes', add(g, bases, scale(g, concat(g, moved, 1), -1)));
  return g.build();
}

function withoutPlanes(dims: ReadonlyMap<string, readonly number[]>): Map<string, readonly number[]> {
  return new Map([...dims].filter(([name]) => name !== 'planes'));
}

/** The bare base's planes of a look, as what is held is faded by. */
export interface BaseAtRest {
  /** [1, C, S, S] of each plane that is seen from the front, by its number. */
  readonly planes: ReadonlyMap<number, Tensor>;
  readonly strictness: number;
}

/**
 * @param planes of the bare base, [1, 3 C, S, S]
 * @param front numbers of the planes that are seen from the front
 */
export function baseAtRest({ dims, data }: Tensor, front: readonly number[]): BaseAtRest {
  const [, channels, side] = dims as [number, number, number];
  const size = (channels / 3) * side * side;
  const seen = front.map((plane): [number, Float32Array] => [plane, data.slice(plane * size, (plane + 1) * size)]);
  const square = seen.reduce((sum, [, of]) => of.reduce((more, value) => more + value * value, sum), 0);
  const usual = square / Math.max(1, seen.length * side * side);
  return {
    planes: new Map(seen.map(([plane, of]) => [plane, { dims: [1, channels / 3, side, side], data: of }])),
    strictness: usual > 0 ? 1 / (newness ** 2 * usual) : 0,
  };
}

/**
 * What is fed for how a face moves.
 * @param flows of the planes that move; those that have none stay
 * @param planes that are seen from the front
 * @param dims of all three planes, [1, 3 C, S, S]
 * @param rest null: what is held does not fade
 */
export function carriedFeeds(
  flows: readonly PlaneFlow[],
  planes: readonly number[],
  dims: readonly number[],
  rest: BaseAtRest | null,
): Record<string, Tensor> {
  const [, channels, side] = dims as [number, number, number];
  const step = 2 / (side - 1);
  const texels = side * side;
  // Made where they are needed alone: they are as large as what they stand for.
  const still = (): Pick<PlaneFlow, 'dx' | 'dy' | 'shown'> => {
    const none = new Float32Array(texels);
    return { dx: none, dy: none, shown: new Float32Array(texels).fill(1) };
  };
  const nothing = (): Tensor => ({
    dims: [1, channels / 3, side, side],
    data: new Float32Array((channels / 3) * texels),
  });
  const feeds = Object.fromEntries<Tensor>(
    planes.flatMap((plane): [string, Tensor][] => {
      const { dx, dy, shown } = flows.find((one) => one.plane === plane) ?? still();
      const grid = new Float32Array(2 * texels);
      for (let i = 0; i < texels; i++) {
        grid[2 * i] = ((i % side) - dx[i]!) * step - 1;
        grid[2 * i + 1] = (Math.floor(i / side) - dy[i]!) * step - 1;
      }
      return [
        [gridOf(plane), { dims: [1, side, side, 2], data: grid }],
        [shownOf(plane), { dims: [1, 1, side, side], data: shown }],
        [restOf(plane), rest?.planes.get(plane) ?? nothing()],
      ];
    }),
  );
  return { ...feeds, [strictness]: { dims: [1], data: Float32Array.of(rest?.strictness ?? 0) } };
}
