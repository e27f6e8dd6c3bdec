import type { Execution, Session } from '../../../runtime/execution/execution.js';
import type { Graph } from '../../../runtime/network/graph.js';

/** A net that takes one picture, loaded when it is first run. */
export class LazyNet {
  private _session: Promise<Session> | null = null;

  constructor(
    private readonly _execution: Execution,
    private readonly _graph: () => Promise<Graph>,
  ) {}

  /**
   * @param picture [3, size, size]
   * @returns the outputs' values by their names
   * @throws DeviceError where ONNX Runtime refuses the net; the next run tries again
   */
  async run(picture: Float32Array): Promise<Readonly<Record<string, Float32Array>>> {
    this._session ??= this._load();
    const session = await this._session;
    const size = Math.sqrt(picture.length / 3);
    const outputs = await session.run({ picture: { dims: [1, 3, size, size], data: picture } });
    // Copies: ONNX Runtime may take the memory back.
    const values = Object.entries(outputs).map(
      ([name, output]) => [name, Float32Array.from(output.data ?? [])] as const,
    );
    for (const output of Object.values(outputs)) output.release();
    return Object.fromEntries(values);
  }

  async dispose(): Promise<void> {
    const session = await this._session?.catch(() => null);
    this._session = null;
    await session?.dispose();
  }

  private async _load(): Promise<Session> {
    try {
      return await this._execution.load(await this._graph());
    } catch (error) {
      this._session = null;
      throw error;
    }
  }
}
