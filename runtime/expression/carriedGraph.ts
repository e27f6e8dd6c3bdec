import type { Base } from '../checkpoint/base.js';
import type { Tensor } from '../core/tensor.js';
import { GraphBuilder, type Graph, type Value } from '../network/graph.js';
import { add, concat, mul, scale, slice } from '../network/operators.js';
import { synthesisGraph, type SynthesisOptions } from '../network/synthesis.js';
import { gridSample } from '../network/visionOperators.js';
import { frontPlanes, type PlaneFlow } from './planeMotion.js';

/** What is fed for a plane that moves. */
const gridOf = (plane: number): string => `grid${plane}`;
const shownOf = (plane: number): string => `shown${plane}`;

/**
 * The bare base's planes less what is held, which moves along with the face:
 *   planes = B(ws) - move(held),   move(h) = shown * h at `grid` on planes seen from the front, h on the others.
 * Inputs: `ws` [1, numWs, wDim], `held` [1, 3 C, S, S], and for each plane p seen from the front `grid<p>` [1, S, S, 2],
 * `shown<p>` [1, 1, S, S]. Output: `planes` [1, 3 C, S, S].
 *
 * One graph makes both of what is needed, with P the planes of a person: at rest, held = P(w) gives B(w) - P(w); with an
 * expression e, held = B(w) - P(w) gives B(w + e) + move(P(w) - B(w)).
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
  const moving = new Set(frontPlanes(base).map(({ plane }) => plane));
  const moved = [0, 1, 2].map((plane): Value => {
    const own = slice(g, held, 1, (plane * channels) / 3, ((plane + 1) * channels) / 3);
    if (!moving.has(plane)) return own;
    const from = gridSample(g, own, g.input(gridOf(plane), [1, side, side, 2]));
    return mul(g, from, g.input(shownOf(plane), [1, 1, side, side]));
  });
  g.output('planes', add(g, { name: image, dims }, scale(g, concat(g, moved, 1), -1)));
  return g.build();
}

function withoutPlanes(dims: ReadonlyMap<string, readonly number[]>): Map<string, readonly number[]> {
  return new Map([...dims].filter(([name]) => name !== 'planes'));
}

/**
 * What is fed for how a face moves.
 * @param flows of the planes that move; those that have none stay
 * @param planes that are seen from the front
 * @param side of the planes, texels
 */
export function carriedFeeds(
  flows: readonly PlaneFlow[],
  planes: readonly number[],
  side: number,
): Record<string, Tensor> {
  const step = 2 / (side - 1);
  return Object.fromEntries<Tensor>(
    planes.flatMap((plane): [string, Tensor][] => {
      const flow = flows.find((one) => one.plane === plane);
      const grid = new Float32Array(2 * side * side);
      for (let i = 0; i < side * side; i++) {
        grid[2 * i] = ((i % side) - (flow?.dx[i] ?? 0)) * step - 1;
        grid[2 * i + 1] = (Math.floor(i / side) - (flow?.dy[i] ?? 0)) * step - 1;
      }
      const shown = flow?.shown ?? new Float32Array(side * side).fill(1);
      return [
        [gridOf(plane), { dims: [1, side, side, 2], data: grid }],
        [shownOf(plane), { dims: [1, 1, side, side], data: shown }],
      ];
    }),
  );
}
