// Stands for runtime/execution/ownWorker: a worker of this script's own text, wherever that came from, and of the page's ONNX Runtime.
/* global NETWORK_WORKER, URL, Blob, Worker, setTimeout */
exports.ownWorker = () => {
  const sources = Array.from(globalThis.document?.scripts ?? [], ({ src }) => src);
  const runtime = sources.find((src) => /\bort(\.\w+)*\.js(\?|$)/.test(src));
  if (!runtime) throw new Error('The page has no script of onnxruntime-web with an address of its own.');
  const text = [`importScripts(${JSON.stringify(runtime)});\n`, NETWORK_WORKER];
  const address = URL.createObjectURL(new Blob(text, { type: 'text/javascript' }));
  try {
    return new Worker(address);
  } finally {
    // It has been read when the worker runs; an address that is given up at once is not always.
    setTimeout(() => URL.revokeObjectURL(address), 10_000);
  }
};
