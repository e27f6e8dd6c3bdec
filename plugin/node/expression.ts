import type { Observer } from '@babylonjs/core/Misc/observable.pure.js';
import type { Mesh } from '@babylonjs/core/Meshes/mesh.pure.js';
import { MorphTarget } from '@babylonjs/core/Morph/morphTarget.js';
import { MorphTargetManager } from '@babylonjs/core/Morph/morphTargetManager.js';
import { didYouMean } from '../../runtime/core/nearName.js';
import { ARKIT_NAMES, arkitNameOf, type ArkitAmounts, type ArkitName } from '../arkitNames.js';
import { isSavedWithoutPositions, serializeWithoutPositions } from '../saving/lightTargets.js';
import { tellOnce } from '../tellOnce.js';
import { FACE_NAMES, faceAmountsOf } from '../vocabulary/faceNames.js';
import { kindOf, numberOf } from '../../runtime/core/kindOf.js';
import { expectAmounts, largestAmount, type GivenAmounts } from '../vocabulary/givenAmounts.js';
import { targetId } from './ids.js';
import { isMethodName } from './sparseNumbers.js';

/**
 * A head's expression. Its one storage are the influences of the mesh's morph targets; this finds them by name, makes
 * those that are missing, and keeps out what is no number.
 */
export class Expression {
  /**
   * Influences by ARKit name, one own property each; names of other vocabularies are understood too. Names that no head has read
   * as 0, and writing one changes nothing and is warned of once.
   */
  readonly values: Record<string, number>;
  private _manager: MorphTargetManager | null = null;
  private _targets: ReadonlyMap<ArkitName, MorphTarget> = new Map();
  private _observers: Observer<boolean>[] = [];
  private _frozen = false;
  private _made = false;

  constructor(
    private readonly _mesh: Mesh,
    private readonly _onChange: () => void,
    /** The mesh has a manager whose targets may lack displacements. */
    private readonly _onManager: () => void,
  ) {
    this.values = expressionValues(this);
    this.bind();
  }

  /** Those of the 52 that the mesh's morph targets have: all, once bound. */
  get targets(): ReadonlyMap<ArkitName, MorphTarget> {
    this.bind();
    return this._targets;
  }

  get manager(): MorphTargetManager {
    this.bind();
    return this._manager!;
  }

  /** Keeps the GPU from getting the displacements (2.5 MB a head) while nothing draws the mesh with them. */
  set frozen(frozen: boolean) {
    this.bind();
    if (frozen === this._frozen) return;
    this._frozen = frozen;
    this._manager!.areUpdatesFrozen = frozen;
  }

  /** The mesh may have been given another manager: Babylon's Editor does so after it has loaded a mesh. */
  bind(): void {
    const { morphTargetManager } = this._mesh;
    // Babylon takes it from a mesh that it disposes, or whose vertices are not as many.
    if (this._manager && (!morphTargetManager || morphTargetManager === this._manager)) return;
    // One that was made here is no one's now, and must not be found by its targets' ids.
    if (this._manager && this._made) this._manager.dispose();
    this._unbind();
    this._made = !morphTargetManager;
    const manager = morphTargetManager ?? new MorphTargetManager(this._mesh.getScene());
    const wasFrozen = this._frozen;
    // Every target that is added would send all of them to the GPU again.
    manager.areUpdatesFrozen = true;
    this._manager = manager;
    this._targets = completeTargets(this._mesh, manager);
    this._observers = [...this._targets.values()].map((target) => this._watch(target));
    if (this._mesh.morphTargetManager !== manager) this._mesh.morphTargetManager = manager;
    this._frozen = true;
    this.frozen = wasFrozen;
    this._onManager();
    this._onChange();
  }

  /** The mesh has another id: its targets are found by theirs when the scene is loaded. */
  renameTargets(): void {
    for (const [name, target] of this.targets) target.id = targetId(this._mesh.id, name);
  }

  get(name: ArkitName): number {
    return this.targets.get(name)!.influence;
  }

  /** @param amount a number, also as text; anything else changes nothing and is warned of once, as another unit is */
  set(name: ArkitName, amount: number): void {
    const value = numberOf(amount);
    if (value !== undefined) this.targets.get(name)!.influence = value;
    if (value === undefined || Math.abs(value) > largestAmount) {
      const got = value ?? kindOf(amount);
      const remedy = value === undefined ? 'Nothing was changed.' : 'Divide percent by 100.';
      tellOnce(
        this._mesh,
        `${this._mesh.name}: expression.${name}: expected an amount of 0 to 1, got ${got}. ${remedy}`,
      );
    }
  }

  /** What a name that several expressions share (`smile`, `viseme_aa`) stands at: the least of its parts. */
  getMixed(amounts: ArkitAmounts): number {
    const parts = Object.entries(amounts) as [ArkitName, number][];
    return parts.length === 0 ? 0 : Math.min(...parts.map(([name, share]) => this.get(name) / share));
  }

  /** Sets all the expressions of such a name. */
  setMixed(amounts: ArkitAmounts, amount: number): void {
    for (const [name, share] of Object.entries(amounts) as [ArkitName, number][]) {
      this.set(name, share === 1 ? amount : share * (numberOf(amount) ?? NaN));
    }
  }

  /** A name was written that no head has. */
  tellUnknown(name: string): void {
    const told = `${this._mesh.name}: expression.${name.slice(0, 80)}: no head has an expression of that name; nothing was changed.`;
    tellOnce(this._mesh, told, () => told + didYouMean(name, FACE_NAMES));
  }

  /**
   * Sets several at once, or none where one cannot be set.
   * @param amounts by a name of any vocabulary (`jawOpen`, `smile`, `viseme_aa`, `happy`), each about 0..1
   * @throws AssetError for a name that no head has or one that comes twice, NumericError for an amount that is no number or
   * beyond 2, ShapeError for what holds no names
   */
  setAll(amounts: GivenAmounts): void {
    for (const [name, amount] of expectAmounts('expression', amounts)) this.set(name, amount);
  }

  /**
   * Looks at the targets no longer.
   * @param withTargets the mesh has gone, and they are no one's
   */
  dispose(withTargets: boolean): void {
    const manager = this._manager;
    this._unbind();
    if (withTargets) manager?.dispose();
  }

  private _unbind(): void {
    for (const observer of this._observers) observer.remove();
    this._observers = [];
    if (this._manager && this._frozen) this._manager.areUpdatesFrozen = false;
    this._manager = null;
  }

  private _watch(target: MorphTarget): Observer<boolean> {
    let good = Number.isFinite(target.influence) ? target.influence : 0;
    if (target.influence !== good) target.influence = good;
    return target.onInfluenceChanged.add(() => {
      if (!Number.isFinite(target.influence)) {
        // Back to the last good value; notifies again.
        target.influence = good;
        return;
      }
      good = target.influence;
      this._onChange();
    });
  }
}

/** Finds the 52 among a manager's targets, however they are written, and adds those that are missing. */
function completeTargets(mesh: Mesh, manager: MorphTargetManager): ReadonlyMap<ArkitName, MorphTarget> {
  const found = new Map<ArkitName, MorphTarget>();
  for (let i = 0; i < manager.numTargets; i++) {
    const target = manager.getTarget(i);
    const name = arkitNameOf(target.name);
    // The exact name is the one that is meant where several would do.
    if (name && (!found.has(name) || target.name === name)) found.set(name, target);
  }
  for (const name of ARKIT_NAMES) {
    if (found.has(name)) continue;
    const target = new MorphTarget(name, 0, mesh.getScene());
    target.id = targetId(mesh.id, name);
    target.setPositions([]);
    manager.addTarget(target);
    found.set(name, target);
  }
  for (let i = 0; i < manager.numTargets; i++) {
    const target = manager.getTarget(i);
    // Babylon's own `serialize` fails where there are no positions, and the Editor's export with it.
    if (!target.getPositions() && !isSavedWithoutPositions(target)) serializeWithoutPositions(target);
  }
  return found;
}

/** A plain object to Babylon's animations and to whoever lists its keys. */
function expressionValues(expression: Expression): Record<string, number> {
  const target: Record<string, number> = {};
  for (const name of ARKIT_NAMES) {
    Object.defineProperty(target, name, {
      get: () => expression.get(name),
      set: (amount: number) => expression.set(name, amount),
      enumerable: true,
      configurable: true,
    });
  }
  // A track for a name that no head has would otherwise stop its whole animation group with an error.
  return new Proxy(target, {
    get: (object, key, receiver): unknown => {
      if (typeof key === 'symbol' || key in object) return Reflect.get(object, key, receiver);
      const name = arkitNameOf(key);
      if (name) return expression.get(name);
      return isMethodName(key) ? undefined : expression.getMixed(faceAmountsOf(key) ?? {});
    },
    set: (_object, key, amount: number) => {
      if (typeof key === 'symbol') return true;
      const name = arkitNameOf(key);
      const mixed = name ? undefined : faceAmountsOf(key);
      if (name) expression.set(name, amount);
      else if (mixed) expression.setMixed(mixed, amount);
      else expression.tellUnknown(key);
      return true;
    },
  });
}
