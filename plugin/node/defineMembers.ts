import type { Mesh } from '@babylonjs/core/Meshes/mesh.pure.js';
import { expressionGroups, type ExpressionGroup } from '../vocabulary/expressionGroups.js';
import type { PersonalizedHeadMembers } from './members.js';
import type { DefinedMembers, PersonalizedHead } from './personalizedHead.js';

/** What the head itself has under the same name; groups are functions there. */
type Shared = Exclude<keyof PersonalizedHeadMembers, ExpressionGroup>;

/** Enumerable, so that editors offer them to be animated. */
const animatable: readonly Shared[] = ['expression', 'pose', 'latent', 'attributes', 'latentMix', 'seed'];
const others: readonly Shared[] = [
  ...(['poseNode', 'looks', 'texture', 'depthTexture', 'renderScale', 'quality', 'tint', 'exposure'] as const),
  ...(['onReadyObservable', 'onErrorObservable', 'setExpression'] as const),
  ...(['whenReadyAsync', 'whenSettledAsync', 'exportGLBAsync'] as const),
];

interface Accessor {
  readonly get: () => unknown;
  readonly set?: (value: unknown) => void;
}

/** Gives a mesh the members of its head. */
export function defineMembers(mesh: Mesh, head: PersonalizedHead): DefinedMembers {
  const base = Object.getPrototypeOf(mesh) as Mesh;
  const shared = (name: Shared): [string, Accessor] => {
    const get = (): unknown => {
      const value: unknown = Reflect.get(head, name);
      return typeof value === 'function' ? (value.bind(head) as unknown) : value;
    };
    // A member that cannot be set refuses it, as in the class.
    const isSettable = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(head), name)?.set !== undefined;
    return [name, isSettable ? { get, set: (value) => Reflect.set(head, name, value) } : { get }];
  };
  const group = (name: ExpressionGroup): [string, Accessor] => [
    name,
    { get: () => head.getGroup(name), set: (amount) => head.setGroup(name, amount as number) },
  ];
  const shown = [...animatable.map(shared), ...(Object.keys(expressionGroups) as ExpressionGroup[]).map(group)];
  const hidden = [...others.map(shared), ...Object.entries(meshMembers(mesh, base, head))];
  for (const [members, enumerable] of [
    [shown, true],
    [hidden, false],
  ] as const) {
    for (const [name, accessor] of members) {
      Object.defineProperty(mesh, name, { ...accessor, enumerable, configurable: true });
    }
  }
  const names = [...shown, ...hidden].map(([name]) => name);
  return {
    names,
    remove: () => {
      for (const name of names) Reflect.deleteProperty(mesh, name);
    },
  };
}

/** Members that every mesh has, and that a head's does more with. */
function meshMembers(mesh: Mesh, base: Mesh, head: PersonalizedHead): Readonly<Record<string, Accessor>> {
  return {
    // scene.isReady() asks each mesh completely; drawing does not, and must not wait.
    isReady: {
      get:
        () =>
        (complete = false, forceInstances = false) =>
          base.isReady.call(mesh, complete, forceInstances) && !(complete && head.loading),
    },
    // Loaders give it to the mesh late, and groups look for its targets right after.
    morphTargetManager: {
      get: () => Reflect.get(base, 'morphTargetManager', mesh),
      set: (manager) => {
        Reflect.set(base, 'morphTargetManager', manager, mesh);
        head.rebind();
      },
    },
    // Babylon's animations call it after every value they set.
    markAsDirty: {
      get: () => (property?: string) => {
        head.markAsDirty();
        return base.markAsDirty.call(mesh, property);
      },
    },
  };
}
