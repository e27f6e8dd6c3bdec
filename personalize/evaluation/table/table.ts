import {
  expressionGroups,
  requireFinite,
  inYawBin,
  yawBins,
  type LpipsNote,
  type MethodCost,
  type PhotoRecord,
  type TruthRecord,
} from './records.js';

/** Means of the identity distances by one judge; null where nothing was measured. */
export interface MeanIdentity {
  readonly toFrontal: number | null;
  readonly toPhoto: number | null;
  /** Of the same photos' truth to the frontal photo. */
  readonly ceiling: number | null;
}

/** Means over the photos of one group, by one method. */
export interface TableRow {
  readonly method: string;
  /** `all`, a yaw bin's name or an expression. */
  readonly group: string;
  readonly photos: number;
  readonly psnr: number;
  readonly structure: number;
  /** null where it was not measured */
  readonly lpips: number | null;
  readonly identity: Readonly<Record<string, MeanIdentity>>;
}

/** Goes to JSON as it is. */
export interface EvaluationTable {
  readonly judges: readonly string[];
  /** null where LPIPS was not measured */
  readonly lpips: LpipsNote | null;
  readonly methods: readonly MethodCost[];
  readonly all: readonly TableRow[];
  readonly byYaw: readonly TableRow[];
  readonly byExpression: readonly TableRow[];
}

interface Group {
  readonly name: string;
  readonly has: (photo: Pick<PhotoRecord, 'yaw' | 'expression'>) => boolean;
}

const all: Group = { name: 'all', has: () => true };
const yawGroups: readonly Group[] = yawBins.map((bin) => ({ name: bin.name, has: ({ yaw }) => inYawBin(bin, yaw) }));
const expressions: readonly Group[] = expressionGroups.map((name) => ({
  name,
  has: ({ expression }) => expression === name,
}));

function mean(values: readonly (number | null | undefined)[]): number | null {
  const known = values.filter((value) => value !== null && value !== undefined);
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0) / known.length;
}

function row(
  method: string,
  group: string,
  records: readonly PhotoRecord[],
  truth: readonly TruthRecord[],
  judges: readonly string[],
): TableRow {
  const identity = judges.map((judge): [string, MeanIdentity] => [
    judge,
    {
      toFrontal: mean(records.map((record) => record.identity[judge]?.toFrontal)),
      toPhoto: mean(records.map((record) => record.identity[judge]?.toPhoto)),
      ceiling: mean(truth.map((record) => record.toFrontal[judge])),
    },
  ]);
  return {
    method,
    group,
    photos: records.length,
    psnr: mean(records.map(({ psnr }) => psnr))!,
    structure: mean(records.map(({ structure }) => structure))!,
    lpips: mean(records.map(({ lpips }) => lpips)),
    identity: Object.fromEntries(identity),
  };
}

/**
 * Means of all photos, by yaw and by expression, each method beside the ceiling. Photos beyond the last yaw bin count
 * in `all` and by expression only; groups without photos have no row.
 * @param records one a method and held-out photo
 * @param truth one a held-out photo
 * @param costs one a method, in the order of the table
 * @param lpips of the records' LPIPS, where they have one
 * @throws NumericError where a record holds a number that is not finite
 */
export function evaluationTable(
  records: readonly PhotoRecord[],
  truth: readonly TruthRecord[],
  costs: readonly MethodCost[],
  lpips: LpipsNote | null = null,
): EvaluationTable {
  records.forEach(requireFinite);
  const judges = [...new Set(records.flatMap(({ identity }) => Object.keys(identity)))];
  const rowsOf = (groups: readonly Group[]): TableRow[] =>
    groups.flatMap(({ name, has }) =>
      costs.flatMap(({ method }) => {
        const own = records.filter((record) => record.method === method && has(record));
        return own.length === 0 ? [] : [row(method, name, own, truth.filter(has), judges)];
      }),
    );
  return {
    judges,
    lpips,
    methods: costs,
    all: rowsOf([all]),
    byYaw: rowsOf(yawGroups),
    byExpression: rowsOf(expressions),
  };
}
