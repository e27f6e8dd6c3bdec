import * as inspector from '@babylonjs/inspector';
import type { ComponentType, ReactNode } from 'react';
import type { PersonalizedHeadMesh } from '../node/members.js';

interface Line {
  readonly label: string;
  readonly description?: string;
  /** Lines are pinned and hidden by it. */
  readonly uniqueId?: string;
}

interface Bound<Value> extends Line {
  readonly value: Value;
  readonly onChange: (value: Value) => void;
}

export interface SliderLine extends Bound<number> {
  readonly min: number;
  readonly max: number;
  readonly step: number;
  /** The field beside the slider takes numbers beyond its ends. */
  readonly unboundedInput?: boolean;
}

export interface TextLine extends Line {
  readonly value: string;
  /** Shown where the pointer rests on the value. */
  readonly title?: string;
}

/** A line without what binds it, and what it is bound to. */
type Computed<Props extends { value: unknown }> = Omit<Props, 'value' | 'onChange'> & {
  readonly component: ComponentType<Props>;
  readonly target: PersonalizedHeadMesh;
  /** Looked at anew where it is another function. */
  readonly getValue: (head: PersonalizedHeadMesh) => Props['value'];
};

type Derived<Props extends { value: unknown }> = Computed<Props> & {
  readonly setValue: (head: PersonalizedHeadMesh, value: Props['value']) => void;
  /** Where it is stored: what is copied, and what `onPropertyChanged` tells. All three or none. */
  readonly propertyPath?: string;
  readonly getPropertyOwner?: (head: PersonalizedHeadMesh) => object;
  readonly propertyKey?: string;
};

interface Parts {
  readonly SyncedSliderPropertyLine: ComponentType<SliderLine>;
  readonly SwitchPropertyLine: ComponentType<Bound<boolean>>;
  readonly TextPropertyLine: ComponentType<TextLine>;
  /** A line with anything in it. */
  readonly LineContainer: ComponentType<{ label: string; uniqueId: string; children: ReactNode }>;
  readonly ButtonLine: ComponentType<{ label: string; uniqueId: string; onClick: () => void }>;
  /** Follows the value as often as the Inspector's user wants, and redefines no property to do so. */
  readonly DerivedProperty: ComponentType<Derived<SliderLine> | Derived<Bound<boolean>>>;
  /** The same for what is only read. */
  readonly ComputedProperty: ComponentType<Computed<TextLine>>;
}

/**
 * What is used of the Inspector's lines. Its own declarations (9.35) name an unpublished package for them, so that TypeScript
 * finds no types.
 */
export const parts = inspector as unknown as Parts;
