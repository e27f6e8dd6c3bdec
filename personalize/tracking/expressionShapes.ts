import { AssetError } from '../../runtime/core/errors.js';
import { landmarkCount } from '../photos/faces/faceTopology.js';

/** How a base's expressions move the 468 landmarks of its head, as the landmark net sees them. */
export interface ExpressionShapes {
  /** Names of the expressions that move landmarks so far that it can be seen. */
  readonly names: readonly string[];
  /** Displacements at amount 1, world units: [E, 468, 3]. */
  readonly moves: Float64Array;
}

export const movesFormat = 'personalized-head/landmark-moves';
/** World units that 1 is in a file: a twentieth of a millimetre of a real head. */
export const moveUnit = 1e-4;
/** An expression that moves no landmark so far cannot be told from the net's own noise: 2 mm of a real head. World units. */
const leastMove = 0.004;
/** What landmarks show only by what goes with it: asked for, it answers for others. */
const unseen: ReadonlySet<string> = new Set(['tongueOut', 'cheekSquintLeft', 'cheekSquintRight']);

const remedy = 'Take assets/base.landmarkMoves.json of this version of the package.';

/** @param moves by name: [468, 3] each, world units */
export function expressionShapes(moves: ReadonlyMap<string, ArrayLike<number>>): ExpressionShapes {
  const seen = [...moves].filter(([name, move]) => {
    if (unseen.has(name)) return false;
    for (let i = 0; i < move.length; i += 3) {
      if (Math.hypot(move[i]!, move[i + 1]!, move[i + 2]!) >= leastMove) return true;
    }
    return false;
  });
  return {
    names: seen.map(([name]) => name),
    moves: Float64Array.from(seen.flatMap(([, move]) => Array.from(move))),
  };
}

/**
 * Reads assets/base.landmarkMoves.json, which `personalized-head landmarks --moves` writes.
 * @throws AssetError where it is another file
 */
export function parseExpressionShapes(text: string): ExpressionShapes {
  let file: { readonly format?: unknown; readonly moves?: unknown } | null;
  try {
    file = JSON.parse(text) as typeof file;
  } catch {
    file = null;
  }
  if (file?.format !== movesFormat || typeof file.moves !== 'object' || file.moves === null) {
    throw new AssetError('track/format', `landmark moves: expected ${movesFormat}, got another file. ${remedy}`);
  }
  const moves = new Map<string, number[]>();
  for (const [name, values] of Object.entries(file.moves)) {
    if (!Array.isArray(values) || values.length !== 3 * landmarkCount || !values.every(Number.isFinite)) {
      throw new AssetError(
        'track/format',
        `landmark moves: ${name}: expected ${3 * landmarkCount} numbers, got something else. ${remedy}`,
      );
    }
    moves.set(
      name,
      (values as number[]).map((value) => value * moveUnit),
    );
  }
  return expressionShapes(moves);
}
