// Times, sizes and fingerprints as people read them.
import { dateOf } from '../model/moment.ts';
import { text } from './text.ts';

const kDayMs = 86_400_000;
const clock = new Intl.DateTimeFormat('en', { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
const date = new Intl.DateTimeFormat('en', { weekday: 'long', day: 'numeric', month: 'long' });
const dated = new Intl.DateTimeFormat('en', { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' });
const moment = new Intl.DateTimeFormat('en', {
  day: 'numeric',
  month: 'short',
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
});
const whole = new Intl.DateTimeFormat('en', { dateStyle: 'full', timeStyle: 'medium' });

/** For the attribute `datetime`. */
export const machineTimeOf = (at: number): string => dateOf(at).toISOString();

/** 14:05 */
export const timeOf = (at: number): string => clock.format(dateOf(at));

/** The whole moment, for a tooltip. */
export const momentOf = (at: number): string => whole.format(dateOf(at));

/** 24 Nov, 14:05 */
export const shortMomentOf = (at: number): string => moment.format(dateOf(at));

/** 14:05 if that is today, else 24 Nov, 14:05 */
export const sinceOf = (at: number, now: number): string =>
  dateOf(at).setHours(0, 0, 0, 0) === new Date(now).setHours(0, 0, 0, 0) ? timeOf(at) : shortMomentOf(at);

/** Today, Yesterday, Monday, 23 November … */
export function dayOf(at: number, now: number): string {
  const days = Math.round((new Date(now).setHours(0, 0, 0, 0) - dateOf(at).setHours(0, 0, 0, 0)) / kDayMs);
  if (days === 0) return text.log.today;
  if (days === 1) return text.log.yesterday;
  return (dateOf(at).getFullYear() === new Date(now).getFullYear() ? date : dated).format(dateOf(at));
}

/** 1,204 kB */
export const kilobytes = (bytes: number): string => `${Math.round(bytes / 1000).toLocaleString('en')} kB`;

/** Hexadecimal digits in groups of four. */
export const grouped = (hex: string): readonly string[] => hex.match(/.{1,4}/g) ?? [];

/** The first twelve digits: enough to recognise, not enough to verify. */
export const shortFingerprint = (hex: string): string => grouped(hex.slice(0, 12)).join(' ');
