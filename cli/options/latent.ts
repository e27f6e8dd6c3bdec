import { readFile } from 'node:fs/promises';
import { broadcastW, decodeNpy, formatDims } from 'babylon-personalized-head/command';
import {
  anchorLook,
  type Camera,
  type Generator,
  HeadError,
  neutralOfPerson,
  type PersonFile,
  ShapeError,
  standardNormal,
  type Tensor,
} from 'babylon-personalized-head/runtime';

export interface LatentOptions {
  readonly seed?: number;
  readonly z?: string;
  readonly w?: string;
  readonly ws?: string;
  /** Of a person. */
  readonly anchor?: number;
  readonly psi: number;
  readonly cutoff?: number;
}

async function readNpy(path: string, name: string, dims: readonly number[]): Promise<Tensor> {
  const found = decodeNpy(await readFile(path), path);
  const sizes = found.dims.filter((size, i) => size !== 1 || i >= found.dims.length - dims.length);
  if (sizes.length !== dims.length || sizes.some((size, i) => size !== dims[i])) {
    throw new ShapeError(
      'latent/size',
      `${path}: expected ${name} ${formatDims(dims)}, got ${formatDims(found.dims)}.`,
    );
  }
  return { dims, data: found.data };
}

/** The `ws` [numWs, wDim] that the options name; where they name none, the person's neutral look, else seed 0. */
export async function latentOf(
  generator: Generator,
  options: LatentOptions,
  condition: Camera,
  person?: PersonFile,
): Promise<Tensor> {
  const { zDim, wDim, numWs } = generator.layout;
  const given = (['seed', 'z', 'w', 'ws', 'anchor'] as const).filter((name) => options[name] !== undefined);
  if (given.length > 1) {
    throw new HeadError(
      'latent/choice',
      `render: ${given.map((name) => `--${name}`).join(' and ')}: give only one of them.`,
    );
  }
  if (options.anchor !== undefined) {
    if (!person) throw new HeadError('latent/choice', 'render: --anchor: whose? Name a person with --person.');
    return anchorLook(person, options.anchor, numWs).ws;
  }
  if (given.length === 0 && (person?.tensors.has('neutral') || person?.tensors.has('anchors'))) {
    return neutralOfPerson(person, numWs);
  }
  if (options.ws !== undefined) return readNpy(options.ws, 'ws', [numWs, wDim]);
  const w =
    options.w !== undefined
      ? (await readNpy(options.w, 'w', [wDim])).data
      : await generator.map(
          options.z !== undefined
            ? (await readNpy(options.z, 'z', [zDim])).data
            : standardNormal(options.seed ?? 0, zDim),
          condition,
        );
  return broadcastW(w, numWs, generator.wAvg, options.psi, options.cutoff);
}
