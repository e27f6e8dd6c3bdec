import { rm } from 'node:fs/promises';
import { writeFileAtomically } from 'babylon-personalized-head/node';
import { AssetError, HeadError } from 'babylon-personalized-head/runtime';
import { exists } from '../files.js';
import { requireOutputFile } from './outputPath.js';

export interface PersonRunOptions {
  readonly output: string;
  /** A name, or whether there is one. */
  readonly sheet?: string | boolean;
  readonly resume?: boolean;
  readonly force?: boolean;
}

/** Files of a run that learns a person: the head, its contact sheet, and what is needed to go on. */
export class PersonRun {
  readonly statePath: string;
  /** null: none is wanted. */
  readonly sheetPath: string | null;
  private _done: string | null = null;

  private constructor(private readonly _options: PersonRunOptions) {
    const { output, sheet } = _options;
    this.statePath = statePathOf(output);
    this.sheetPath =
      sheet === undefined || sheet === false ? null : typeof sheet === 'string' ? sheet : `${output}.png`;
  }

  /**
   * Checks the names before hours of work, and that nothing of another run is replaced unasked.
   * @throws HeadError
   */
  static async open(options: PersonRunOptions): Promise<PersonRun> {
    const { output, resume = false, force = false } = options;
    const run = new PersonRun(options);
    await requireOutputFile(output, '.head');
    if (run.sheetPath !== null) await requireOutputFile(run.sheetPath, '.png');
    const hasState = await exists(run.statePath);
    if (resume && !hasState) {
      throw new AssetError(
        'personalize/resume',
        `--resume: expected ${run.statePath} of an earlier run, got none. Start anew.`,
      );
    }
    if (resume || force) return run;
    if (hasState) {
      throw new HeadError(
        'personalize/state',
        `${run.statePath}: an earlier run was stopped here. Go on with --resume, start anew with --force, or give ` +
          'another output.',
      );
    }
    if (await exists(output)) {
      throw new HeadError(
        'personalize/output',
        `${output}: there is a head of that name. Give another name, or replace it with --force.`,
      );
    }
    return run;
  }

  /** @param done how far the run is, e.g. `person 57/200` */
  async keep(state: Uint8Array, done: string): Promise<void> {
    await writeFileAtomically(this.statePath, state);
    this._done = done;
  }

  /** Nothing is left to go on with. */
  async finish(): Promise<void> {
    await rm(this.statePath, { force: true });
  }

  /** What a run that is stopped before its head leaves behind, and how to go on. */
  left(): string {
    if (this._done !== null) {
      return `${this.statePath} holds what was done (${this._done}). Go on with the same command and --resume.`;
    }
    return this._options.resume
      ? `${this.statePath} is as it was. Go on with the same command and --resume.`
      : 'No head was written, and there is nothing yet to go on from.';
  }
}

/** Where a run keeps what it needs to be continued. */
export const statePathOf = (output: string): string => `${output}.training`;
