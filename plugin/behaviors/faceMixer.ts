import type { Mesh } from '@babylonjs/core/Meshes/mesh.pure.js';
import { Logger } from '@babylonjs/core/Misc/logger.js';
import type { Observer } from '@babylonjs/core/Misc/observable.pure.js';
import type { Scene } from '@babylonjs/core/scene.pure.js';
import { beforeSaving } from './beforeSaving.js';
import type { FaceContribution, FaceSource } from './contribution.js';
import type { HeadPose } from './expressive.js';
import { expressiveOf } from './expressiveOf.js';
import { updateFaceOwner } from './faceOwner.js';
import { addGaze, gazeAmounts, type Gaze } from './gaze.js';
import { LayeredValues } from './layeredValues.js';
import { expectGiven } from '../../runtime/core/given.js';

/** Steps finer than these are not seen, and a head is not rendered again for them. */
const amountStep = 1 / 256;
const angleStep = 1 / 4096;
/** Milliseconds that a frame counts at most, as in Babylon's animations: a page that slept does not catch up. */
const longestFrame = 1000;

/** Additions stay within 0..1, and take nothing from an owner who goes beyond. */
const combineAmounts = (own: number, added: number): number =>
  Math.min(Math.max(1, own), Math.max(Math.min(0, own), own + added));

const summed = (parts: readonly Readonly<Partial<Record<string, number>>>[], step: number): Map<string, number> => {
  const sums = new Map<string, number>();
  for (const part of parts) {
    for (const [name, amount = 0] of Object.entries(part)) {
      if (Number.isFinite(amount)) sums.set(name, (sums.get(name) ?? 0) + amount);
    }
  }
  for (const [name, sum] of sums) sums.set(name, Math.round(sum / step) * step);
  return sums;
};

/** Under this key for every copy of this module, so that behaviours from two bundles still add up. */
const mixerKey = Symbol.for('PersonalizedHead.faceMixer');
interface Mixed {
  [mixerKey]: FaceMixer | undefined;
}
const mixed = (mesh: Mesh): Mixed => mesh as unknown as Mixed;

/**
 * Adds what all behaviours of one head contribute to what its owner set, once a frame: after animations and the
 * scene's own callbacks, before anything is drawn. Gives everything back with the last behaviour.
 */
export class FaceMixer {
  private readonly _sources = new Set<FaceSource>();
  private readonly _amounts = new LayeredValues(combineAmounts);
  private readonly _angles = new LayeredValues((own, added) => own + added);
  private readonly _observer: Observer<Scene>;
  private readonly _stopWatchingSaves: () => void;
  private _frame = -1;

  private constructor(private readonly _mesh: Mesh) {
    const scene = _mesh.getScene();
    // First among these observers: heads render on the same occasion.
    this._observer = scene.onBeforeRenderTargetsRenderObservable.add(() => this._nextFrame(scene), undefined, true);
    this._stopWatchingSaves = beforeSaving(_mesh, () => this.showOwn());
  }

  static Add(mesh: Mesh, source: FaceSource): void {
    const mixer = (mixed(mesh)[mixerKey] ??= new FaceMixer(mesh));
    mixer._sources.add(source);
  }

  static Remove(mesh: Mesh, source: FaceSource): void {
    const mixer = mixed(mesh)[mixerKey];
    if (!mixer?._sources.delete(source) || mixer._sources.size > 0) return;
    mixer._observer.remove();
    mixer._stopWatchingSaves();
    mixer.showOwn();
    mixed(mesh)[mixerKey] = undefined;
  }

  static Of(mesh: Mesh): FaceMixer | undefined {
    return mixed(mesh)[mixerKey];
  }

  /** Shows the owner's values alone, until the next frame. */
  showOwn(): void {
    this._show([]);
  }

  private _nextFrame(scene: Scene): void {
    // Further cameras ask again within one frame.
    const frame = scene.getFrameId();
    if (frame === this._frame) return;
    this._frame = frame;
    const delta = scene.useConstantAnimationDeltaTime ? 16 : scene.getEngine().getDeltaTime();
    updateFaceOwner(this._mesh);
    const { pose } = expressiveOf(this._mesh);
    const seconds = (Math.min(longestFrame, Math.max(0, delta)) * scene.animationTimeScale) / 1000;
    this._show([...this._sources].flatMap((source) => this._advance(source, seconds, pose)));
  }

  /** A scene must not stop because a behaviour fails: it is left out from then on. */
  private _advance(source: FaceSource, seconds: number, pose: Readonly<HeadPose>): FaceContribution[] {
    try {
      return [source.advance(seconds, pose)];
    } catch (error) {
      this._sources.delete(source);
      Logger.Error(`${this._mesh.name}: a behaviour of its face failed and no longer moves it: ${String(error)}`);
      return [];
    }
  }

  private _show(contributions: readonly FaceContribution[]): void {
    const { expression, pose } = expressiveOf(this._mesh);
    const gazes = contributions.flatMap(({ gaze }) => gaze ?? []);
    const turned = gazes.reduce<Gaze | null>((sum, gaze) => (sum ? addGaze(sum, gaze) : gaze), null);
    const amounts = contributions.map((part) => part.expression ?? {});
    this._amounts.show(expression, summed([...amounts, turned ? gazeAmounts(turned) : {}], amountStep));
    this._angles.show(
      pose as unknown as Record<string, number>,
      summed(
        contributions.map((part) => part.pose ?? {}),
        angleStep,
      ),
    );
  }
}

/**
 * Shows what the owner of a head set, without what behaviours add, until the next frame: a half-closed blink is not its
 * face. Saving, cloning and exporting a head do so by themselves.
 */
export function showOwnFace(mesh: Mesh): void {
  expectGiven('showOwnFace', 'node', mesh);
  FaceMixer.Of(mesh)?.showOwn();
}
