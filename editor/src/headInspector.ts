import * as api from 'babylonjs-editor';
import type { Editor } from 'babylonjs-editor';
import { Component, createElement, useEffect, useState, type ReactElement, type ReactNode } from 'react';
import { expressionSection } from '../../plugin/inspector/expressionSection.js';
import { isHeadMesh } from '../../plugin/inspector/headOf.js';
import { identitySection } from '../../plugin/inspector/identitySection.js';
import { poseSection } from '../../plugin/inspector/poseSection.js';
import { qualitySection } from '../../plugin/inspector/qualitySection.js';
import type { HeadRow, HeadSection } from '../../plugin/inspector/row.js';
import type { PersonalizedHeadMesh } from '../../plugin/node/members.js';
import { RowControl, useRedraw } from './rowControl.js';

const sections: readonly HeadSection[] = [identitySection, expressionSection, poseSection, qualitySection];

interface HeadProps {
  readonly editor: Editor;
  readonly object: PersonalizedHeadMesh;
}

/** Rows whose name has the words; headings only where a row below them has. */
function foundRows(rows: readonly HeadRow[], words: string): readonly HeadRow[] {
  if (words === '') return rows;
  return rows.filter(({ kind, label }) => kind !== 'heading' && label.toLowerCase().includes(words.toLowerCase()));
}

function HeadSections({ editor, object: head }: HeadProps): ReactElement {
  const [words, setWords] = useState('');
  const redraw = useRedraw();
  useEffect(() => {
    // With its files come a head's anchors and attributes; the Editor's history changes values behind this.
    const observers = [
      head.onReadyObservable.add(redraw),
      api.onUndoObservable?.add(redraw),
      api.onRedoObservable?.add(redraw),
    ];
    return () => observers.forEach((observer) => observer?.remove());
  }, [head]);
  const search = createElement('input', {
    type: 'search',
    'aria-label': 'Search rows',
    placeholder: 'Search',
    value: words,
    className: 'rounded-md bg-input px-2 py-1',
    onChange: ({ target }: { target: { value: string } }) => setWords(target.value),
  });
  // A head that was deleted may be shown a moment longer.
  const shown = (isHeadMesh(head) ? sections : []).map((section) => {
    const rows = foundRows(section.rows(head), words);
    const lines = rows.map((row) =>
      createElement(RowControl, { key: `${row.kind} ${row.label}`, editor, head, row, onChange: redraw }),
    );
    const title = createElement('summary', { className: 'cursor-pointer font-semibold' }, section.name);
    const content = createElement('div', { className: 'flex flex-col gap-1 py-2' }, lines);
    return rows.length > 0 && createElement('details', { key: section.name, open: true }, title, content);
  });
  return createElement(
    'div',
    { className: 'flex flex-col gap-2 p-2', 'aria-label': 'Personalized Head' },
    search,
    shown,
  );
}

/**
 * The Editor's inspector of a head, below that of its mesh. Made anew whenever something is selected: it keeps nothing but
 * what is searched for.
 */
class HeadInspector extends Component<HeadProps> {
  static IsSupported(this: void, object: unknown): boolean {
    return isHeadMesh(object);
  }

  override render(): ReactNode {
    const { editor, object } = this.props;
    return isHeadMesh(object) ? createElement(HeadSections, { editor, object }) : null;
  }
}

/**
 * Adds the inspector where the Editor's list of them, which is private, is where it was.
 * @returns takes it away; null where there is no such list
 */
export function addInspector(): (() => void) | null {
  const inspectors: unknown = api.EditorInspector && Reflect.get(api.EditorInspector, '_inspectors');
  if (!Array.isArray(inspectors)) return null;
  inspectors.push(HeadInspector);
  return () => {
    const at = inspectors.indexOf(HeadInspector);
    if (at >= 0) inspectors.splice(at, 1);
  };
}
