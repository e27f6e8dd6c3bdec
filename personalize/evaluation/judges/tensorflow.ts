/** As much of TensorFlow.js (@tensorflow/tfjs 4.22, Apache-2.0) as the judges use; a person installs it for evaluation. */
export interface TfTensor {
  readonly shape: readonly number[];
  mul(other: TfTensor | number): TfTensor;
  div(by: number): TfTensor;
  sub(by: number): TfTensor;
  sum(axis: number, keepDims: boolean): TfTensor;
  data(): Promise<ArrayLike<number>>;
  dispose(): void;
}

/** A network of operators. */
export interface GraphModel {
  execute(input: TfTensor): TfTensor | TfTensor[];
  dispose(): void;
}

/** The file of a network, which names those of its weights. */
export interface ModelJson {
  readonly modelTopology: unknown;
  readonly weightsManifest: readonly { readonly paths: readonly string[]; readonly weights: readonly unknown[] }[];
  readonly signature?: object;
  readonly format?: string;
}

/** A network in memory. */
export interface ModelArtifacts extends Omit<ModelJson, 'weightsManifest'> {
  readonly weightSpecs: readonly unknown[];
  readonly weightData: ArrayBuffer;
}

export interface TensorFlow {
  readonly io: { fromMemory(artifacts: ModelArtifacts): unknown };
  setBackend(name: string): Promise<boolean>;
  ready(): Promise<void>;
  tidy<T>(body: () => T): T;
  tensor1d(values: readonly number[]): TfTensor;
  tensor3d(values: Float32Array, shape: [number, number, number]): TfTensor;
  tensor4d(values: Float32Array, shape: [number, number, number, number]): TfTensor;
  loadGraphModel(source: unknown): Promise<GraphModel>;
}
