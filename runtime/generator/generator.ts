import type { Base } from '../checkpoint/base/base.js';
import type { PersonFile } from '../checkpoint/person/person.js';
import { cameraLabel, type Camera } from '../camera/camera.js';
import { AssetError, NumericError, ShapeError } from '../core/errors.js';
import type { Tensor } from '../core/tensor.js';
import type { Execution, Feed, LoadOptions, Output, Session } from '../execution/execution.js';
import { carriedFeeds, carriedGraph, type BaseAtRest } from '../expression/carriedGraph.js';
import { frontPlanes, type PlaneFlow } from '../expression/planeMotion.js';
import type { Graph } from '../network/graph.js';
import { networkLayout, requireTensor, type NetworkLayout } from '../network/layout.js';
import { mappingGraph } from '../network/mapping.js';
import { frozen, type Adaptation } from '../network/parameters.js';
import { personAdaptation, personFeeds, personShape } from '../network/person.js';
import { superresolutionGraph } from '../network/superresolution.js';
import { synthesisGraph } from '../network/synthesis.js';
import { expectGiven } from '../core/given.js';

export interface GeneratorOptions {
  /** The person that runs beside the base where a call names none; absent: the base alone. */
  readonly person?: PersonFile;
  /** Noise of the backbone; default the stored maps. */
  readonly noise?: 'const' | 'none';
  /** Keep planes and images in the execution's GPU buffers. */
  readonly keepOnGpu?: boolean;
  /** With `keepOnGpu`: replay the backbone's runs where the execution can, see `LoadOptions.capture`. */
  readonly capture?: boolean;
  /** Told in one sentence where that is not done. */
  readonly onNotice?: (message: string) => void;
}

/** A person as the networks take it, see `Generator.prepare`. */
export interface PreparedPerson {
  /** People of the same shape run in the same session. */
  readonly shape: string;
  readonly adaptation: Adaptation;
  /** LoRA factors and replaced tensors by graph input. */
  readonly feeds: ReadonlyMap<string, Tensor>;
}

const nobody: PreparedPerson = { shape: '', adaptation: frozen, feeds: new Map() };

/**
 * The networks of one base, loaded into an execution as they are needed: z -> w -> planes, and features -> image.
 * The frozen weights are loaded once for all people whose factors have the same sizes; a person is what a call feeds.
 * The volume renderer stands between them, see runtime/render.
 */
export class Generator {
  readonly layout: NetworkLayout;
  /** `[wDim]`: the mean latent. */
  readonly wAvg: Float32Array;
  private readonly _sessions = new Map<string, Promise<Session>>();
  private readonly _prepared = new WeakMap<PersonFile, PreparedPerson>();
  /** Who runs beside the base where a call names none; without factors: the base alone. */
  readonly person: PreparedPerson;

  constructor(
    readonly base: Base,
    readonly execution: Execution,
    private readonly _options: GeneratorOptions = {},
  ) {
    expectGiven('Generator', 'base', base);
    expectGiven('Generator', 'execution', execution);
    expectGiven('Generator', 'options', _options);
    this.layout = networkLayout(base);
    this.wAvg = requireTensor(base, 'backbone.mapping.w_avg').data;
    this.person = _options.person ? this.prepare(_options.person) : nobody;
  }

  /**
   * Makes a person ready to be fed: about as many numbers as the file has, once for every file.
   * @throws AssetError where the person belongs to another base, ShapeError where its factors do not fit
   */
  prepare(person: PersonFile): PreparedPerson {
    if (person.baseHash !== this.base.hash) {
      throw new AssetError(
        'person/base',
        `Generator: this person was learned on the base ${person.baseHash}, not on ${this.base.hash}. Load that base.`,
      );
    }
    const known = this._prepared.get(person);
    if (known) return known;
    const prepared: PreparedPerson = {
      shape: personShape(person),
      adaptation: personAdaptation(person),
      feeds: personFeeds(person, this.layout),
    };
    this._prepared.set(person, prepared);
    return prepared;
  }

  /** Begins to load the backbone, for who will ask for planes soon. What fails is told to them. */
  warm(person = this.person): void {
    this._backbone(person).catch(() => undefined);
  }

  /**
   * Mapping network, before truncation.
   * @param z [zDim]
   * @param condition camera told to the network; ignored where the base is not conditioned
   * @returns [wDim]
   */
  async map(z: Float32Array, condition: Camera): Promise<Float32Array> {
    const { zDim, cDim } = this.layout;
    if (z.length !== zDim) {
      throw new ShapeError('latent/z', `z: expected [${zDim}], got ${z.length} numbers. Is it of another base?`);
    }
    requireFinite(z, 'z');
    const session = await this._session('mapping', () => mappingGraph(this.base), {});
    const feeds: Record<string, Feed> = { z: { dims: [1, zDim], data: z } };
    if (cDim > 0) feeds.c = { dims: [1, cDim], data: cameraLabel(condition) };
    const { w } = await session.run(feeds);
    return w!.data!;
  }

  /**
   * Backbone: the three planes of a head.
   * @param ws [numWs, wDim]
   * @returns [1, 3 C, H, W]; call `release` when done
   */
  async planes(ws: Tensor, person = this.person): Promise<Output> {
    const session = await this._backbone(person);
    const { planes } = await session.run(withPerson(session, person, { ws: this._batchOfOne(ws) }));
    return planes!;
  }

  /**
   * The bare base's planes less others that move along with the face: B(ws) - move(held), see `carriedGraph`.
   * @param ws [numWs, wDim]
   * @param held [1, 3 C, H, W]; fed again it must not have changed
   * @param flows how the face moves; none: it rests
   * @param rest the bare base's planes of the face at rest: what is held fades where the expression shows something new;
   *   absent: it does not fade
   * @returns [1, 3 C, H, W]; call `release` when done
   */
  async carriedPlanes(
    ws: Tensor,
    held: Tensor,
    flows: readonly PlaneFlow[],
    rest: BaseAtRest | null = null,
  ): Promise<Output> {
    const { noise = 'const' } = this._options;
    const session = await this._session('carried', () => carriedGraph(this.base, { noise }), this._loading);
    const front = frontPlanes(this.base).map(({ plane }) => plane);
    const { planes } = await session.run({
      ws: this._batchOfOne(ws),
      held,
      ...carriedFeeds(flows, front, held.dims, rest),
    });
    return planes!;
  }

  /**
   * Super-resolution.
   * @param features [channels, R, R] of a square view
   * @returns [1, 3, S, S]; call `release` when done
   */
  async superresolve(features: Feed, ws: Tensor, person = this.person): Promise<Output> {
    const side = features.dims.at(-1)!;
    const { keepOnGpu = false } = this._options;
    const { adaptation, shape } = person;
    const build = (): Graph => superresolutionGraph(this.base, { renderResolution: side, adaptation });
    const session = await this._session(`superresolution ${side} ${shape}`, build, { keepOnGpu });
    const { image } = await session.run(withPerson(session, person, { features, ws: this._batchOfOne(ws) }));
    return image!;
  }

  async dispose(): Promise<void> {
    const sessions = [...this._sessions.values()];
    this._sessions.clear();
    await Promise.all(sessions.map(async (session) => (await session).dispose()));
  }

  /** Of networks that make planes. */
  private get _loading(): LoadOptions {
    const { keepOnGpu = false, capture = false, onNotice } = this._options;
    return { keepOnGpu, capture, ...(onNotice ? { onNotice } : {}) };
  }

  private _backbone({ adaptation, shape }: PreparedPerson): Promise<Session> {
    const { noise = 'const' } = this._options;
    return this._session(`synthesis ${shape}`, () => synthesisGraph(this.base, { noise, adaptation }), this._loading);
  }

  private _batchOfOne(ws: Tensor): Tensor {
    const { numWs, wDim } = this.layout;
    if (ws.data.length !== numWs * wDim) {
      throw new ShapeError(
        'latent/ws',
        `ws: expected [${numWs}, ${wDim}], got ${ws.data.length} numbers. Is it of another base?`,
      );
    }
    requireFinite(ws.data, 'ws');
    return { dims: [1, numWs, wDim], data: ws.data };
  }

  private _session(name: string, build: () => Graph, options: LoadOptions): Promise<Session> {
    const known = this._sessions.get(name);
    if (known) return known;
    const loading = this.execution.load(build(), options);
    this._sessions.set(name, loading);
    // A failed load must not stay: the next call may have another device.
    loading.catch(() => this._sessions.delete(name));
    return loading;
  }
}

/** What changes from run to run, and the person's tensors that this graph asks for. */
function withPerson(session: Session, { feeds: fixed }: PreparedPerson, feeds: Record<string, Feed>) {
  for (const input of session.inputs) {
    const value = fixed.get(input);
    if (value && !(input in feeds)) feeds[input] = value;
  }
  return feeds;
}

function requireFinite(values: Float32Array, name: string): void {
  const bad = values.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) throw new NumericError('latent/finite', `${name}: number ${bad} is ${values[bad]!}.`);
}
