import { createElement, Fragment, useEffect, useState, type ReactElement } from 'react';
import type { PersonalizedHeadMesh } from '../node/members.js';
import { isHeadMesh } from './headOf.js';
import type { HeadRow, HeadSection } from './row.js';
import { rowLine } from './rowLine.js';

/** A section's content: a React component, as the Inspector wants it. */
export type SectionContent = (props: { readonly context: PersonalizedHeadMesh }) => ReactElement;

export function sectionContent(section: HeadSection): SectionContent {
  const Content: SectionContent = ({ context: head }) => {
    const [rows, setRows] = useState<readonly HeadRow[]>([]);
    useEffect(() => {
      if (!isHeadMesh(head)) return undefined;
      const show = (): void => setRows(section.rows(head));
      show();
      // With its files come a head's anchors and attributes.
      const observer = head.onReadyObservable.add(show);
      return () => observer.remove();
    }, [head]);
    return createElement(Fragment, null, ...rows.map((row) => rowLine(row, head)));
  };
  return Content;
}
