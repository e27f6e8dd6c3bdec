/** Entry of the worker that runs networks; `workerExecution` starts it. */
import { serveNetworks, type NetworkPort } from './serveNetworks.js';

serveNetworks(globalThis as unknown as NetworkPort);
