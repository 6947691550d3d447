// Moments as others say them: a message or a link may name any number, and a Date ends long before that.
const kLastMoment = 8.64e15;

/** Always a date. `at` in Unix milliseconds. */
export const dateOf = (at: number): Date => new Date(Math.min(at, kLastMoment));
