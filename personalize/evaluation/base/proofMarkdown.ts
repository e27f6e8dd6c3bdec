import { markdownTable } from '../table/markdownTable.js';
import { proofGates, type JudgeProof } from './baseProof.js';

/** The proofs of all judges as markdown: conditions, identity, expressions. */
export function proofMarkdown(about: string, proofs: readonly JudgeProof[]): string {
  const gates = markdownTable(
    ['condition', 'reached', ''],
    proofs.flatMap((proof) =>
      proofGates(proof).map(({ what, value, passed }) => [what, value?.toFixed(3) ?? '–', passed ? 'yes' : 'no']),
    ),
  );
  const identity = markdownTable(
    ['judge', 'picture, to the frontal truth', 'heads', 'same', 'others', 'AUC', 'rank 1'],
    proofs.flatMap((proof) =>
      proof.identity.map((row) => [
        proof.judge,
        row.what,
        String(row.heads),
        row.same.toFixed(3),
        row.different.toFixed(3),
        row.auc.toFixed(4),
        row.rank1.toFixed(2),
      ]),
    ),
  );
  const expressions = markdownTable(
    ['judge', 'source', 'expression', 'heads', 'happy', 'to own neutral', 'eyes open', 'mouth open', 'mouth width'],
    proofs.flatMap((proof) =>
      proof.expressions.map((row) => [
        proof.judge,
        row.source,
        `${row.expression} ${row.amount}`,
        String(row.heads),
        row.happy.toFixed(2),
        row.toNeutral.toFixed(3),
        row.eyeOpen.toFixed(3),
        row.mouthOpen.toFixed(3),
        row.mouthWidth.toFixed(3),
      ]),
    ),
  );
  return [
    '# A base by face networks',
    `${about}. Fixed boxes from the cameras, no detector.`,
    gates,
    identity,
    expressions,
    'Lengths are in distances of the eyes. The truth from the side shows the same hair, shirt and light as from the front, ' +
      'which flatters its distance.\n',
  ].join('\n\n');
}
