import { HeadError } from 'babylon-personalized-head/runtime';

const interrupted = 130;

/** What the command leaves behind when it is stopped. */
let left: () => string = () => 'Nothing was written.';

function isFileError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error && 'code' in error;
}

/** Prints what went wrong, without a stack where the message says it all, and ends the process. */
export function reportAndExit(error: unknown): never {
  if (error instanceof Error && error.name === 'AbortError') {
    console.error(`\nStopped. ${left()}`);
    process.exit(interrupted);
  }
  if (error instanceof HeadError || error instanceof RangeError || isFileError(error)) {
    console.error(`personalized-head: ${error.message}`);
  } else {
    console.error(error);
  }
  process.exit(1);
}

/**
 * Aborts on Ctrl-C; a second one ends at once.
 * @param leaves says what the command leaves behind when it is stopped, and how to go on; absent: nothing was written
 */
export function interruptSignal(leaves?: () => string): AbortSignal {
  if (leaves) left = leaves;
  const controller = new AbortController();
  process.once('SIGINT', () => {
    controller.abort();
    process.once('SIGINT', () => process.exit(interrupted));
  });
  return controller.signal;
}
