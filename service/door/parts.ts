import type { PeopleQueue } from '../queue/peopleQueue.js';
import type { Store } from '../store/store.js';
import type { Accounts } from './accounts.js';
import type { Metrics } from './metrics.js';
import type { UploadLimits } from './spoolPhoto.js';
import type { Watching } from './watching.js';

/** What the routes of a door work with. */
export interface DoorParts {
  readonly queue: PeopleQueue;
  readonly store: Store;
  readonly accounts: Accounts;
  readonly metrics: Metrics;
  readonly watching: Watching;
  readonly limits: UploadLimits;
  /** Folder for photos on their way to the store. */
  readonly spool: string;
  /** Uploads at once; whoever comes then is told to wait. */
  readonly uploads: number;
}
