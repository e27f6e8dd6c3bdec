import type { Rays } from '../render/rays.js';
import { largestComponent } from './component.js';
import { decimate } from './decimate.js';
import { sampleGrid, type HalfBox, type Radiance } from './field.js';
import { surfaceLevel } from './level.js';
import { adjacencyOf, gatherRows, vertexNormals, type Mesh } from './mesh.js';
import { smoothOver } from './smooth.js';
import { distancesToHalfAlpha } from './snap.js';
import { surfaceNets } from './surfaceNets.js';

export interface SurfaceOptions {
  /** Samples of the density along the longest side. */
  readonly resolution: number;
  /** Vertices wanted, about. */
  readonly vertices: number;
  readonly onProgress?: (fraction: number) => void;
}

/** A closed mesh on the surface of a volume. */
export interface HeadSurface {
  readonly mesh: Mesh;
  /** [V, 3], those of the fine surface before it was simplified */
  readonly normals: Float32Array;
  /** `[V]`: the density, before activation, at each vertex. */
  readonly levels: Float32Array;
  /** Its median over what is seen from the front. */
  readonly level: number;
}

/** How far the surface may lie from the median density, world units. */
const settleRange = 0.015;
const leastLevel = 0.1;

/** Changes of colour are kept in the face rather than shape, in shares of the extent. */
const colorWeight = 0.02;
const normalWeight = 0.02;

/**
 * The surface of a head: where rays meet half of it, without debris and cavities.
 * @param radiance empty outside the box
 * @param rays those that decide what the surface is
 */
export async function headSurface(
  radiance: Radiance,
  half: HalfBox,
  rays: Rays,
  { resolution, vertices, onProgress }: SurfaceOptions,
): Promise<HeadSurface> {
  const level = await surfaceLevel(radiance, rays);
  const grid = await sampleGrid(radiance, half, resolution, level, onProgress);
  const net = largestComponent(surfaceNets(grid));
  // Nets show the grid's own steps: smoothed, then brought to what one sees, which in hair is not the same density.
  const adjacency = adjacencyOf(net.indices, net.positions.length / 3);
  const smooth = { ...net, positions: smoothOver(net.positions, 3, adjacency, 2) };
  const distances = await distancesToHalfAlpha(radiance, {
    positions: smooth.positions,
    normals: vertexNormals(smooth),
    range: settleRange,
    samples: 25,
  });
  const fine = moved(smooth, smoothOver(distances.map(orZero), 1, adjacency, 2));
  const normals = smoothNormals(vertexNormals(fine), fine, 1);
  const { colors } = await radiance(inward(fine.positions, normals, grid.spacing / 2));
  const { mesh, kept } = await decimate(fine, vertices, guide(normals, colors));
  const { sigmas } = await radiance(Float64Array.from(mesh.positions));
  // A vertex that found no surface has the density of wherever it is; a tenth of the level is the least.
  const levels = Float32Array.from(sigmas, (sigma) => Math.max(sigma, leastLevel * level));
  return { mesh, normals: gatherRows(normals, kept, 3), levels, level };
}

const orZero = (distance: number): number => (Number.isNaN(distance) ? 0 : distance);

/** The mesh with each vertex moved along its normal. */
function moved(mesh: Mesh, distances: Float32Array): Mesh {
  const normals = vertexNormals(mesh);
  return { ...mesh, positions: mesh.positions.map((value, i) => value + distances[Math.floor(i / 3)]! * normals[i]!) };
}

function inward(positions: Float32Array, normals: Float32Array, depth: number): Float64Array {
  return Float64Array.from(positions, (value, i) => value - depth * normals[i]!);
}

function guide(normals: Float32Array, colors: ArrayLike<number>) {
  const vertices = normals.length / 3;
  const attributes = new Float32Array(vertices * 6);
  for (let v = 0; v < vertices; v++) {
    for (let i = 0; i < 3; i++) {
      attributes[v * 6 + i] = normals[v * 3 + i]!;
      attributes[v * 6 + 3 + i] = colors[v * 3 + i]!;
    }
  }
  const [n, c] = [normalWeight, colorWeight];
  return { attributes, weights: [n, n, n, c, c, c] };
}

function smoothNormals(normals: Float32Array, { indices }: Mesh, steps: number): Float32Array {
  const mean = smoothOver(normals, 3, adjacencyOf(indices, normals.length / 3), steps);
  for (let v = 0; v < mean.length; v += 3) {
    const length = Math.hypot(mean[v]!, mean[v + 1]!, mean[v + 2]!);
    if (length > 1e-6) for (let axis = 0; axis < 3; axis++) mean[v + axis]! /= length;
    else mean.set(normals.subarray(v, v + 3), v);
  }
  return mean;
}
