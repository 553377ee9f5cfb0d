/**
 * Names a hunt so that names sort by time, such as `20260102T030405678Z-9f3a1c`.
 *
 * @param entropy - six hex digits, for hunts that start in the same millisecond
 */
export function huntId(startsAt: Date, entropy: string): string {
  return `${startsAt.toISOString().replace(/[-:.]/g, '')}-${entropy}`;
}
