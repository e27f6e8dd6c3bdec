import { ARKIT_NAMES } from '../arkitNames.js';
import { expressionGroups } from '../vocabulary/expressionGroups.js';
import { memberRow, type HeadRow, type HeadSection } from './row.js';

const share = { min: 0, max: 1, step: 0.01 } as const;

/** ARKit's names begin with the part of the face that moves. */
const parts = {
  Eyes: 'eye',
  Brows: 'brow',
  Jaw: 'jaw',
  Mouth: 'mouth',
  Cheeks: 'cheek',
  Nose: 'nose',
  Tongue: 'tongue',
};

const rows: readonly HeadRow[] = [
  ...Object.keys(expressionGroups).map((group) => memberRow(group, share)),
  {
    kind: 'button',
    label: 'Reset expression',
    press: (head) => head.setExpression(Object.fromEntries(ARKIT_NAMES.map((name) => [name, 0]))),
  },
  ...Object.entries(parts).flatMap(([label, prefix]): HeadRow[] => [
    { kind: 'heading', label },
    ...ARKIT_NAMES.filter((name) => name.startsWith(prefix)).map((name) =>
      memberRow(`expression.${name}`, share, name),
    ),
  ]),
];

/** What the face does: ARKit's 52, the influences of the mesh's morph targets, and several of them under one name. */
export const expressionSection: HeadSection = { name: 'Expression', rows: () => rows };
