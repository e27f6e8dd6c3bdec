const ort = await globalThis.outerModule('onnxruntime-web/webgpu');
export const { InferenceSession, Tensor, env } = ort;
export default ort;
