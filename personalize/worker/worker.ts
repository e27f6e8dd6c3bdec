/** Entry of the worker that personalizes; `createPersonalizeWorker` starts it. */
import { servePersonalize, type WorkerPort } from './serve.js';

servePersonalize(globalThis as unknown as WorkerPort);
