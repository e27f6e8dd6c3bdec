import { VertexBuffer } from '@babylonjs/core/Buffers/buffer.pure.js';
import { Geometry } from '@babylonjs/core/Meshes/geometry.js';
import type { Mesh } from '@babylonjs/core/Meshes/mesh.pure.js';
import { VertexData } from '@babylonjs/core/Meshes/mesh.vertexData.js';
import type { Scene } from '@babylonjs/core/scene.pure.js';
import type { HeadProxy } from '../../runtime/proxy/proxy.js';
import { mirrorOf } from '../image/headCamera.js';
import { serializeLightly } from '../saving/lightGeometry.js';
import { serializeWithoutPositions } from '../saving/lightTargets.js';
import type { Expression } from './expression.js';
import { proxyKey } from './proxyKey.js';

/** A proxy in the space of a scene's nodes. */
interface PlacedProxy {
  /** [V, 3] */
  readonly positions: Float32Array;
  readonly normals: Float32Array;
  readonly indices: Uint32Array;
  /** Positions at influence 1 by expression, [V, 3] each. */
  readonly targets: ReadonlyMap<string, Float32Array>;
}

/** Every head of a proxy shares these arrays. */
const placed = new WeakMap<HeadProxy, Map<1 | -1, PlacedProxy>>();

function placedProxy(proxy: HeadProxy, mirror: 1 | -1): PlacedProxy {
  const byMirror = placed.get(proxy) ?? new Map<1 | -1, PlacedProxy>();
  placed.set(proxy, byMirror);
  let found = byMirror.get(mirror);
  if (!found) byMirror.set(mirror, (found = place(proxy, mirror)));
  return found;
}

function place(proxy: HeadProxy, mirror: 1 | -1): PlacedProxy {
  const mirrored = (rows: Float32Array): Float32Array => rows.map((value, i) => (i % 3 === 2 ? mirror * value : value));
  const positions = mirrored(proxy.positions);
  const targets = new Map(
    [...proxy.morphs].map(([name, morph]) => [name, mirrored(morph).map((value, i) => value + positions[i]!)] as const),
  );
  // Babylon's triangles are clockwise from outside where z points away from the viewer; the mirror makes them so, and
  // right-handed scenes expect the same order of the same numbers.
  const indices =
    mirror === -1 ? proxy.indices : proxy.indices.map((_, i, all) => all[i - (i % 3) + [0, 2, 1][i % 3]!]!);
  return { positions, normals: mirrored(proxy.normals), indices, targets };
}

function geometryOf(scene: Scene, proxy: HeadProxy, mirror: 1 | -1): Geometry {
  // One for all heads of a proxy in a scene: they differ by their morph targets only.
  const id = `personalizedHead.${proxyKey(proxy)}.${mirror === 1 ? 'right' : 'left'}`;
  const { positions, normals, indices } = placedProxy(proxy, mirror);
  const existing = scene.getGeometryById(id);
  if (existing && !existing.isDisposed() && existing.getTotalVertices() === positions.length / 3) return existing;
  const data = new VertexData();
  data.positions = positions;
  data.normals = normals;
  data.uvs = proxy.uvs;
  data.indices = indices;
  return new Geometry(id, scene, data);
}

/** Is the mesh's geometry this proxy's, for this scene's handedness? */
function fits(mesh: Mesh, positions: Float32Array): boolean {
  const own = mesh.getVerticesData(VertexBuffer.PositionKind);
  if (own?.length !== positions.length) return false;
  // A saved geometry is rounded; a few vertices tell which proxy it is, and their z which handedness.
  const step = 3 * Math.ceil(positions.length / 60);
  return positions.every((value, i) => i % step > 2 || Math.abs(own[i]! - value) < 1e-4);
}

/** Gives a mesh the proxy's geometry, unless it has it, and its morph targets the proxy's displacements. */
export function applyProxy(mesh: Mesh, expression: Expression, proxy: HeadProxy): void {
  const scene = mesh.getScene();
  const mirror = mirrorOf(scene.useRightHandedSystem);
  const { positions, targets } = placedProxy(proxy, mirror);
  const { manager } = expression;
  manager.areUpdatesFrozen = true;
  // Before the geometry: Babylon takes a manager away from a mesh whose vertices are not as many.
  for (const [name, target] of expression.targets) {
    const moved = targets.get(name) ?? positions;
    if (target.getPositions() !== moved) {
      // The manager looks again only at targets that had no positions.
      target.setPositions(null);
      target.setPositions(moved);
    }
    serializeWithoutPositions(target);
  }
  for (let i = 0; i < manager.numTargets; i++) {
    // What else the mesh has been given must at least have as many vertices.
    const target = manager.getTarget(i);
    if (target.vertexCount !== positions.length / 3) target.setPositions(positions);
  }
  if (!fits(mesh, positions)) geometryOf(scene, proxy, mirror).applyToMesh(mesh);
  if (mesh.geometry) serializeLightly(mesh.geometry);
  if (mesh.morphTargetManager !== manager) mesh.morphTargetManager = manager;
  manager.areUpdatesFrozen = false;
}
