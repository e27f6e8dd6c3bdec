import { expect } from 'expect';

// What test files ask of jest, for a machine that has a GPU but no packages: scripts/bundleBench.mjs puts this in jest's place.

type Body = () => unknown;
type Row = readonly unknown[];

interface Case {
  readonly title: string;
  readonly body: Body;
  readonly before: readonly Body[];
}

const cases: Case[] = [];
const afterEachBodies: Body[] = [];
const afterAllBodies: Body[] = [];
let before: Body[] = [];
let titles: readonly string[] = [];

/** %s, %i and the like, in their order. */
function titled(pattern: string, row: Row): string {
  let at = 0;
  return pattern.replace(/%[sidfjop]/g, () => String(row[at++]));
}

function addCase(title: string, body: Body): void {
  cases.push({ title: [...titles, title].join(', '), body, before });
}

function addGroup(title: string, body: Body): void {
  const [outerTitles, outerBefore] = [titles, before];
  titles = [...titles, title];
  before = [...before];
  body();
  titles = outerTitles;
  before = outerBefore;
}

const rowOf = (entry: unknown): Row => (Array.isArray(entry) ? (entry as Row) : [entry]);

const each =
  (add: (title: string, body: Body) => void) =>
  (table: readonly unknown[]) =>
  (title: string, body: (...values: never[]) => unknown): void => {
    for (const row of table.map(rowOf)) add(titled(title, row), () => body(...(row as never[])));
  };

export const test = Object.assign(addCase, { each: each(addCase) });
export const describe = Object.assign(addGroup, { each: each(addGroup) });
export const beforeAll = (body: Body): number => before.push(body);
export const afterEach = (body: Body): number => afterEachBodies.push(body);
export const afterAll = (body: Body): number => afterAllBodies.push(body);
export { expect };

/** Files one after another: what one prepares for its tests must not run for the next. */
export async function file(name: string, load: () => Promise<unknown>): Promise<void> {
  [before, titles] = [[], [name]];
  await load();
}

/** Runs what the files registered, prints every test, and the count as jest's. */
export async function run(): Promise<{ passed: number; failed: number; leftOut: number }> {
  const prepared = new Set<Body>();
  let [failed, leftOut] = [0, 0];
  for (const each of cases) {
    try {
      for (const body of each.before) {
        if (!prepared.has(body)) await body();
        prepared.add(body);
      }
      await each.body();
      for (const body of afterEachBodies) await body();
      console.log(`ok    ${each.title}`);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      // ONNX Runtime's CPU libraries are too large to be carried; what compares with them is another machine's to run.
      const isAbsent = message.includes('onnxruntime-node');
      if (isAbsent) leftOut++;
      else failed++;
      console.log(`${isAbsent ? 'left out' : 'FAIL '} ${each.title}\n${message}`);
    }
  }
  for (const body of afterAllBodies) await body();
  return { passed: cases.length - failed - leftOut, failed, leftOut };
}
