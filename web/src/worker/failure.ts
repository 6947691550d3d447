import type { FailedReason } from '../model/host.ts';

/** Ends the worker; whatever else is thrown ends it as `crashed`. */
export class Failure extends Error {
  override name = 'Failure';
  readonly reason: FailedReason;

  constructor(reason: FailedReason, options?: ErrorOptions) {
    super(reason, options);
    this.reason = reason;
  }
}
