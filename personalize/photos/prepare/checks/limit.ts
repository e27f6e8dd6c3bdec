import type { Reason, ReasonCode } from '../report.js';

/** Where a number makes a photo useless, and where doubtful. Absent: never. */
export interface Limits {
  readonly refuse?: number;
  readonly warn?: number;
}

/** @returns null where the number is good */
export function above(code: ReasonCode, value: number, limits: Limits, message: string): Reason | null {
  if (value > (limits.refuse ?? Infinity)) return { code, message, severity: 'refuse' };
  return value > (limits.warn ?? Infinity) ? { code, message, severity: 'warn' } : null;
}

/** @returns null where the number is good */
export function below(code: ReasonCode, value: number, limits: Limits, message: string): Reason | null {
  if (value < (limits.refuse ?? -Infinity)) return { code, message, severity: 'refuse' };
  return value < (limits.warn ?? -Infinity) ? { code, message, severity: 'warn' } : null;
}

/** Whether one of the reasons is one to leave the photo out. */
export const isRefused = (reasons: readonly Reason[]): boolean => reasons.some(({ severity }) => severity === 'refuse');
