const ort = await globalThis.outerModule('onnxruntime-node');
export const { InferenceSession, Tensor, env, listSupportedBackends } = ort;
export default ort;
