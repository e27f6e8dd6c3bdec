import { spawn, type ChildProcess } from 'node:child_process';
import { resolve } from 'node:path';
import { until } from './people.js';

/** `personalized-head`, or another program of Node, as a process of its own that goes on until it is ended. */
export class Program {
  private _text = '';
  private readonly _child: ChildProcess;
  private readonly _closed: Promise<number | null>;

  constructor(args: readonly string[], file = 'cli/personalized-head.mjs') {
    this._child = spawn(process.execPath, [resolve(file), ...args], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    this._child.stderr!.on('data', (text: Buffer) => (this._text += text.toString()));
    this._closed = new Promise((done) => this._child.once('close', done));
  }

  /** What it has said on stderr. */
  get text(): string {
    return this._text;
  }

  /** Waits for a line. @returns the first group of the pattern. @throws where the program ends before */
  async says(pattern: RegExp): Promise<string> {
    let found: RegExpExecArray | null = null;
    await until(String(pattern), () => {
      found = pattern.exec(this._text);
      if (found === null && this._child.exitCode !== null) throw new Error(`it ended: ${this._text}`);
      return found !== null;
    });
    return found![1]!;
  }

  /** @returns its code; null where the signal ended it */
  async end(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
    this._child.kill(signal);
    return this._closed;
  }
}
