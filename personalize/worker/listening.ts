import type { Execution } from '../../runtime/execution/execution.js';

/** Milliseconds a worker may be deaf. */
const patience = 50;

/**
 * An execution that lets a worker hear its messages between two runs: in wasm nothing else does, since a run there is one
 * long call and awaiting it never leaves the microtasks, so that a cancel would be heard after the training.
 */
export function listening(execution: Execution): Execution {
  let heard = performance.now();
  return {
    ...execution,
    load: async (graph, options) => {
      const session = await execution.load(graph, options);
      return {
        inputs: session.inputs,
        dispose: () => session.dispose(),
        run: async (feeds) => {
          if (performance.now() - heard > patience) {
            await new Promise((resolve) => setTimeout(resolve, 0));
            heard = performance.now();
          }
          return session.run(feeds);
        },
      };
    },
  };
}
