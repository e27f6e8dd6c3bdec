import type { Camera } from '@babylonjs/core/Cameras/camera.pure.js';
import type { RenderTargetTexture } from '@babylonjs/core/Materials/Textures/renderTargetTexture.pure.js';
import type { Mesh } from '@babylonjs/core/Meshes/mesh.pure.js';
import type { TransformNode } from '@babylonjs/core/Meshes/transformNode.pure.js';
import type { Scene } from '@babylonjs/core/scene.pure.js';

/** A camera that something is drawn for in every frame: the canvas, or a render target. */
export interface Viewer {
  readonly camera: Camera;
  /** Of what is drawn into, pixels. */
  readonly height: number;
  /** Does its layer mask count? Not where a list says what is drawn. */
  readonly masked: boolean;
}

interface Target {
  readonly target: RenderTargetTexture;
  /** The camera of a target that names none. */
  readonly camera: Camera | null;
}

function targetsOf(scene: Scene, main: Camera | null): Target[] {
  const shared = scene.customRenderTargets.map((target) => ({ target, camera: main }));
  return [
    ...shared,
    ...scene.cameras.flatMap((camera) => camera.customRenderTargets.map((target) => ({ target, camera }))),
  ];
}

const lists = ({ renderList }: RenderTargetTexture, node: TransformNode): boolean =>
  renderList?.some((mesh) => (mesh as TransformNode) === node) ?? false;

/**
 * Who looks at a head's scene: the frame's cameras, and those of render targets that draw the head's mesh anew all the time.
 * Targets that are drawn once, mirrors and screenshots are met when they are drawn.
 */
export function viewersOf(scene: Scene, cameras: readonly Camera[], node: TransformNode): Viewer[] {
  const height = scene.getEngine().getRenderHeight();
  const viewers = new Map<Camera, Viewer>(cameras.map((camera) => [camera, { camera, height, masked: true }] as const));
  for (const { target, camera: owner } of targetsOf(scene, cameras[0] ?? null)) {
    const camera = target.activeCamera ?? owner;
    const { renderList, refreshRate, customRenderFunction, forceLayerMaskCheck } = target;
    const drawn = !renderList || lists(target, node);
    // What has a render function of its own draws other things than colours.
    if (!camera || !drawn || refreshRate < 1 || (customRenderFunction as unknown)) continue;
    const known = viewers.get(camera);
    viewers.set(camera, {
      camera,
      height: Math.max(known?.height ?? 0, target.getRenderHeight()),
      masked: (known?.masked ?? true) && (!renderList || forceLayerMaskCheck),
    });
  }
  return [...viewers.values()];
}

/** Has a viewer the head in its view? */
export function sees({ camera, masked }: Viewer, quad: Mesh): boolean {
  if (masked && (camera.layerMask & quad.layerMask) === 0) return false;
  // Both bring the frustum up to date, which the test itself does not.
  camera.getViewMatrix();
  camera.getProjectionMatrix();
  return camera.isInFrustum(quad);
}

/** Pickers and the like draw meshes by materials of their own: they see the mesh, not a picture of it. */
const replacesMaterial = ({ renderPassId }: RenderTargetTexture, node: TransformNode): boolean =>
  'getMaterialForRenderPass' in node && !!(node as Mesh).getMaterialForRenderPass(renderPassId);

/** Puts a head's quad into the lists of render targets that list its mesh. Returns those that did not have it. */
export function joinRenderTargets(scene: Scene, node: TransformNode, quad: Mesh): RenderTargetTexture[] {
  const joined = targetsOf(scene, null)
    .map(({ target }) => target)
    .filter((target) => lists(target, node) && !target.renderList!.includes(quad) && !replacesMaterial(target, node));
  for (const { renderList } of joined) renderList!.push(quad);
  return joined;
}
