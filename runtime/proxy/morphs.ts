import type { Radiance } from './field.js';
import { SurfaceFlow } from './flow.js';
import type { HeadSurface } from './headSurface.js';
import { adjacencyOf, vertexNormals } from './mesh.js';
import { smoothOver } from './smooth.js';
import { distancesToLevel } from './snap.js';

/** Rounds of smoothing of a displacement. */
const smoothing = 3;
/** After the flow, how far the surface may still lie from where it is sought. World units. */
const range = 0.012;
const samples = 25;
/** Displacements up to `noise` are none, from twice that on they count in full. World units; a head is 0.5 high. */
const noise = 0.0012;

/** Finds how a head's surface moves with its expressions. */
export class MorphFinder {
  private constructor(
    private readonly _surface: HeadSurface,
    private readonly _flow: SurfaceFlow,
  ) {}

  /** @param surface that of the neutral volume */
  static async create(neutral: Radiance, surface: HeadSurface): Promise<MorphFinder> {
    const { mesh, level } = surface;
    const adjacency = adjacencyOf(mesh.indices, mesh.positions.length / 3);
    return new MorphFinder(surface, await SurfaceFlow.create(neutral, level, mesh.positions, adjacency));
  }

  /**
   * Follows the surface into an expression's volume; a strong expression is followed in steps.
   * @param start displacements of the step before, [V, 3]; absent: none
   * @returns displacements [V, 3]
   */
  follow(expression: Radiance, start?: Float32Array): Promise<Float32Array> {
    return this._flow.follow(expression, start ?? new Float32Array(this._surface.mesh.positions.length));
  }

  /**
   * Brings what was followed onto the surface of the expression's volume.
   * @param motion what `follow` found, [V, 3]
   * @returns displacements [V, 3]
   */
  async settle(expression: Radiance, motion: Float32Array): Promise<Float32Array> {
    const { mesh, levels } = this._surface;
    const { positions, indices } = mesh;
    const adjacency = adjacencyOf(indices, positions.length / 3);
    const flow = smoothOver(motion, 3, adjacency, smoothing);
    const moved = { positions: positions.map((value, i) => value + flow[i]!), indices };
    const normals = vertexNormals(moved);
    const distances = await distancesToLevel(expression, levels, {
      positions: moved.positions,
      normals,
      range,
      samples,
    });
    // What the flow left over is smoothed too: the level has its own small bumps.
    const rest = smoothOver(
      distances.map((distance) => (Number.isNaN(distance) ? 0 : distance)),
      1,
      adjacency,
      smoothing,
    );
    const displacements = flow.map((value, i) => value + rest[Math.floor(i / 3)]! * normals[i]!);
    return quiet(displacements, positions);
  }
}

/**
 * Expressions live in the face: how far in front of the ears, world units, motion begins and counts in full. What moves
 * behind is what a base's planes, which front and back of a head share, let through.
 */
const [faceBegins, faceCounts] = [0, 0.06];

/** Takes noise away without an edge: displacements fade out below `2 * noise`, and towards the back of the head. */
function quiet(displacements: Float32Array, positions: Float32Array): Float32Array {
  const out = displacements.slice();
  for (let v = 0; v < out.length; v += 3) {
    const size = Math.hypot(out[v]!, out[v + 1]!, out[v + 2]!);
    const share = fade(noise, 2 * noise, size) * fade(faceBegins, faceCounts, positions[v + 2]!);
    for (let axis = 0; axis < 3; axis++) out[v + axis]! *= share;
  }
  return out;
}

/** 0 up to `begin`, 1 from `end` on, smooth between. */
function fade(begin: number, end: number, value: number): number {
  const t = Math.min(1, Math.max(0, (value - begin) / (end - begin)));
  return t * t * (3 - 2 * t);
}
