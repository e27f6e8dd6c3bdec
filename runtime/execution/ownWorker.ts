/** A worker that runs networkWorker.ts; the bundler (webpack, Vite) finds its script here. */
export const ownWorker = (): Worker => new Worker(new URL('./networkWorker.js', import.meta.url), { type: 'module' });
