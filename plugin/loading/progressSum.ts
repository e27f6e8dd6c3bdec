import type { BytesProgress } from '../../runtime/core/readBody.js';
import type { HeadProgress } from './loadingOptions.js';

/** The bytes of several downloads as one. */
export class ProgressSum {
  private readonly _parts: { loaded: number; total: number }[] = [];

  constructor(private readonly _notify: ((event: HeadProgress) => void) | undefined) {}

  /** The same for one that may never begin: it counts from its first bytes on. */
  laterPart(): BytesProgress {
    let report: BytesProgress | undefined;
    return (loaded, total) => (report ??= this.part())(loaded, total);
  }

  /** @returns what a further download reports to */
  part(): BytesProgress {
    const part = { loaded: 0, total: 0 };
    this._parts.push(part);
    return (loaded, total) => {
      part.loaded = loaded;
      part.total = total;
      const sum = (name: 'loaded' | 'total'): number => this._parts.reduce((all, { [name]: bytes }) => all + bytes, 0);
      const lengthComputable = this._parts.every((each) => each.total > 0);
      this._notify?.({ lengthComputable, loaded: sum('loaded'), total: lengthComputable ? sum('total') : 0 });
    };
  }
}
