// Stands for onnxruntime-web: asked for when the first network is loaded, so its script may come after ours.
if (!globalThis.ort) throw new Error('There is no global "ort". Load ort.webgpu.min.js of onnxruntime-web before.');
module.exports = globalThis.ort;
