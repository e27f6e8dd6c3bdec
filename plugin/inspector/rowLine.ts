import { createElement, type ReactElement } from 'react';
import type { PersonalizedHeadMesh } from '../node/members.js';
import { isHeadMesh } from './headOf.js';
import { parts, type TextLine } from './inspectorParts.js';
import type { HeadRow, NumberRow, SwitchRow, TextRow } from './row.js';

type BoundRow = NumberRow | SwitchRow | TextRow;
type Get<Value> = (head: PersonalizedHeadMesh) => Value;

const getters = new WeakMap<object, Get<unknown>>();

/**
 * A row's getter for the Inspector, which goes on looking for a moment after a head is gone. The same one for the same row,
 * since a new one is looked at anew.
 */
function getterOf<Value>(row: { readonly get: Get<Value> }, otherwise: Value): Get<Value> {
  const known = getters.get(row) as Get<Value> | undefined;
  if (known) return known;
  const getter: Get<Value> = (head) => (isHeadMesh(head) ? row.get(head) : otherwise);
  getters.set(row, getter);
  return getter;
}

const naming = ({ label, description }: BoundRow) => ({
  label,
  // Babylon's own lines may have the same label.
  uniqueId: `head ${label}`,
  ...(description === undefined ? {} : { description }),
});

const storage = ({ stored }: NumberRow | SwitchRow) =>
  stored ? { propertyPath: stored.path, getPropertyOwner: stored.owner, propertyKey: stored.key } : {};

/** Shows whole what the pane's width cuts short. */
const TextWithTitle = (props: TextLine): ReactElement =>
  createElement(parts.TextPropertyLine, { ...props, title: props.value });

/** One line of the properties pane. */
export function rowLine(row: HeadRow, head: PersonalizedHeadMesh): ReactElement {
  switch (row.kind) {
    case 'number':
      return createElement(parts.DerivedProperty, {
        key: row.label,
        ...naming(row),
        ...storage(row),
        component: parts.SyncedSliderPropertyLine,
        target: head,
        getValue: getterOf(row, 0),
        setValue: row.set,
        min: row.min,
        max: row.max,
        step: row.step,
        unboundedInput: row.open ?? false,
      });
    case 'switch':
      return createElement(parts.DerivedProperty, {
        key: row.label,
        ...naming(row),
        ...storage(row),
        component: parts.SwitchPropertyLine,
        target: head,
        getValue: getterOf(row, false),
        setValue: row.set,
      });
    case 'text':
      return createElement(parts.ComputedProperty, {
        key: row.label,
        ...naming(row),
        component: TextWithTitle,
        target: head,
        getValue: getterOf(row, ''),
      });
    case 'button': {
      const { label } = row;
      const onClick = (): void => row.press(head);
      return createElement(parts.ButtonLine, { key: label, label, uniqueId: `head ${label}`, onClick });
    }
    case 'heading': {
      const { label } = row;
      const text = createElement('div', { role: 'heading', 'aria-level': 3, style: headingStyle }, label);
      // A line too: it is found, and left out, by the pane's filter.
      return createElement(parts.LineContainer, { key: label, label, uniqueId: `head ${label}`, children: text });
    }
  }
}

const headingStyle = { margin: '10px 0 2px', opacity: 0.65 } as const;
