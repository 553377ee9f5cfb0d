import type { Instant } from '../units.js';

const msPerDay = 86_400_000;

/**
 * Writes a point in time as ISO 8601, in UTC and with milliseconds: `2026-01-31T12:00:00.000Z`.
 *
 * What is outside the years 0 to 9999 is written as a number of milliseconds.
 *
 * Source: Hinnant, chrono-compatible low-level date algorithms, civil_from_days.
 */
export function isoTime(at: Instant): string {
  const ms = Math.floor(at);
  if (!(ms >= -62_167_219_200_000 && ms < 253_402_300_800_000)) return `${at} ms`;
  const days = Math.floor(ms / msPerDay);
  const inDay = ms - days * msPerDay;
  // Years are counted from March here, so that the leap day is a year's last.
  const shifted = days + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra -
      Math.floor(dayOfEra / 1460) +
      Math.floor(dayOfEra / 36_524) -
      Math.floor(dayOfEra / 146_096)) /
      365,
  );
  const dayOfYear =
    dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const fromMarch = Math.floor((5 * dayOfYear + 2) / 153);
  const day = dayOfYear - Math.floor((153 * fromMarch + 2) / 5) + 1;
  const month = fromMarch < 10 ? fromMarch + 3 : fromMarch - 9;
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
  const part = (divisor: number, modulus: number, width: number): string =>
    String(Math.floor(inDay / divisor) % modulus).padStart(width, '0');
  const date = `${String(year).padStart(4, '0')}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
  return `${date}T${part(3_600_000, 24, 2)}:${part(60_000, 60, 2)}:${part(1000, 60, 2)}.${part(1, 1000, 3)}Z`;
}
