import { HeadError } from '../../runtime/core/errors.js';

const interrupted = 130;

function isFileError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error && 'code' in error;
}

/** Prints what went wrong, without a stack where the message says it all, and ends the process. */
export function reportAndExit(error: unknown): never {
  if (error instanceof Error && error.name === 'AbortError') {
    console.error('\nStopped. Nothing was written.');
    process.exit(interrupted);
  }
  if (error instanceof HeadError || error instanceof RangeError || isFileError(error)) {
    console.error(`personalized-head: ${error.message}`);
  } else {
    console.error(error);
  }
  process.exit(1);
}

/** Aborts on Ctrl-C; a second one ends at once. */
export function interruptSignal(): AbortSignal {
  const controller = new AbortController();
  process.once('SIGINT', () => {
    controller.abort();
    process.once('SIGINT', () => process.exit(interrupted));
  });
  return controller.signal;
}
