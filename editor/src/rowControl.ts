import { registerUndoRedo, type Editor } from 'babylonjs-editor';
import { createElement, useRef, useState, type ReactElement } from 'react';
import type { HeadRow, NumberRow, SwitchRow } from '../../plugin/inspector/row.js';
import type { PersonalizedHeadMesh } from '../../plugin/node/members.js';
import { frameOf, hasKey, setKey } from './keys.js';

export interface RowProps<Row extends HeadRow = HeadRow> {
  readonly editor: Editor;
  readonly head: PersonalizedHeadMesh;
  readonly row: Row;
  /** A value was written, undone or redone: other rows may show it too. */
  readonly onChange: () => void;
}

const label = (text: string, title: string | undefined): ReactElement =>
  createElement('span', { className: 'w-32 truncate', title: title ?? text }, text);

/** A slider, a field and a key. One step in the history from the first movement to the end of the drag. */
function NumberControl({ editor, head, row, onChange }: RowProps<NumberRow>): ReactElement {
  const start = useRef<number | null>(null);
  const value = row.get(head);
  const write = (to: number): void => {
    if (!Number.isFinite(to)) return;
    start.current ??= value;
    row.set(head, to);
    onChange();
  };
  const commit = (): void => {
    const [from, to] = [start.current, row.get(head)];
    start.current = null;
    if (from === null || from === to) return;
    registerUndoRedo({ undo: () => row.set(head, from), redo: () => row.set(head, to), action: onChange });
  };
  const { min, max, step, stored } = row;
  const common = {
    'aria-label': row.label,
    value: Number(value.toFixed(4)),
    step,
    onChange: ({ target }: { target: { value: string } }) => write(target.value === '' ? NaN : Number(target.value)),
    onBlur: commit,
    onKeyUp: commit,
  };
  const bounds = row.open ? {} : { min, max };
  const keyed = stored && hasKey(head, stored.path, frameOf(editor));
  return createElement(
    'div',
    { className: 'flex items-center gap-2' },
    label(row.label, row.description),
    createElement('input', { ...common, type: 'range', min, max, className: 'flex-1 min-w-0', onPointerUp: commit }),
    createElement('input', { ...common, ...bounds, type: 'number', className: 'w-16 rounded-md bg-input px-1' }),
    stored &&
      createElement(
        'button',
        {
          type: 'button',
          'aria-label': `Key ${row.label}`,
          'aria-pressed': keyed,
          title: `Keep ${stored.path} at frame ${frameOf(editor)} of its track`,
          className: keyed ? 'text-yellow-500' : 'opacity-50',
          onClick: () => {
            commit();
            setKey(editor, head, stored.path, row.get(head));
            onChange();
          },
        },
        '◆',
      ),
  );
}

function SwitchControl({ head, row, onChange }: RowProps<SwitchRow>): ReactElement {
  const checked = row.get(head);
  const flip = (): void => {
    const redo = (): void => row.set(head, !checked);
    redo();
    registerUndoRedo({ undo: () => row.set(head, checked), redo, action: onChange });
    onChange();
  };
  return createElement(
    'label',
    { className: 'flex items-center gap-2' },
    label(row.label, row.description),
    createElement('input', { type: 'checkbox', checked, onChange: flip }),
  );
}

/** What a button of a head writes, so that it can be undone: all that its rows store. */
function pressed(
  head: PersonalizedHeadMesh,
  press: () => void,
): { readonly undo: () => void; readonly redo: () => void } {
  const state = () => ({
    expression: { ...head.expression },
    pose: { ...head.pose },
    looks: head.looks,
  });
  const restore = ({ expression, pose, looks }: ReturnType<typeof state>): void => {
    head.setExpression(expression);
    Object.assign(head.pose, pose);
    head.looks = looks;
  };
  const before = state();
  press();
  const after = state();
  return { undo: () => restore(before), redo: () => restore(after) };
}

/** One line of the inspector: what the Inspector of pages shows too, with the Editor's history and tracks. */
export function RowControl(props: RowProps): ReactElement {
  const { head, row, onChange } = props;
  switch (row.kind) {
    case 'number':
      return createElement(NumberControl, { ...props, row });
    case 'switch':
      return createElement(SwitchControl, { ...props, row });
    case 'text':
      return createElement(
        'div',
        { className: 'flex items-center gap-2' },
        label(row.label, row.description),
        createElement('span', { className: 'flex-1 truncate opacity-75' }, row.get(head)),
      );
    case 'button':
      return createElement(
        'button',
        {
          type: 'button',
          className: 'rounded-md bg-secondary px-2 py-1',
          onClick: () => {
            registerUndoRedo({ ...pressed(head, () => row.press(head)), action: onChange });
            onChange();
          },
        },
        row.label,
      );
    case 'heading':
      return createElement('h4', { className: 'mt-2 opacity-60' }, row.label);
  }
}

/** A number that grows: what shows it is drawn again. */
export function useRedraw(): () => void {
  const [, set] = useState(0);
  return () => set((count) => count + 1);
}
