import {
  cpuThreads,
  directionsBeside,
  openBackend,
  openPackagedFaces,
  proxyBeside,
  readFrom,
  type Backend,
  type BackendName,
} from 'babylon-personalized-head/command';
import { installedDescriptor, nodeExecution } from 'babylon-personalized-head/node';
import { openFaceNets, type FaceNets, type HeadShape, type Studio } from 'babylon-personalized-head/personalize';
import {
  readBase,
  type Base,
  type Directions,
  type Execution,
  type HeadProxy,
} from 'babylon-personalized-head/runtime';

export interface MachineOptions {
  /** Path of a base (.safetensors). */
  readonly base: string;
  readonly backend: BackendName;
  /** Of the CPU's networks; 0: one per core. */
  readonly threads: number;
}

/** What all people share on a machine: the base and where it runs, opened once. */
export class Machine {
  private _faces: Promise<{ readonly nets: FaceNets; readonly shape: HeadShape }> | null = null;
  private _processor: Promise<Execution> | null = null;

  private constructor(
    readonly base: Base,
    readonly directions: Directions | undefined,
    readonly proxy: HeadProxy | undefined,
    private readonly _backend: Backend,
    private readonly _threads: number,
  ) {}

  static async open({ base: path, backend: name, threads }: MachineOptions): Promise<Machine> {
    const base = await readFrom(path, (source) => readBase(source, { verify: true }));
    const backend = await openBackend(name, threads);
    const directions = await directionsBeside(path, base);
    return new Machine(base, directions, await proxyBeside(path, base), backend, threads);
  }

  /** E.g. `CPU`. */
  get description(): string {
    return this._backend.description;
  }

  get studio(): Studio {
    const { execution, device } = this._backend;
    return { base: this.base, execution, ...(device ? { device } : {}) };
  }

  /** ONNX Runtime on the CPU, for what needs its results there. */
  processor(): Promise<Execution> {
    return (this._processor ??= nodeExecution({ threads: cpuThreads(this._threads) }));
  }

  /** The nets that read photos; opened for the first photos. */
  faces(): Promise<{ readonly nets: FaceNets; readonly shape: HeadShape }> {
    return (this._faces ??= this._openFaces());
  }

  async close(): Promise<void> {
    if (this._faces) await (await this._faces).nets.dispose();
    this._backend.close();
  }

  private async _openFaces(): Promise<{ nets: FaceNets; shape: HeadShape }> {
    const { asset, shape } = await openPackagedFaces();
    const descriptor = await installedDescriptor();
    const nets = await openFaceNets({ execution: await this.processor(), asset, descriptor });
    return { nets, shape };
  }
}
