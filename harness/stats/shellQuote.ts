/**
 * Quotes one word so that a shell passes it on unchanged: bare where that is safe, in double
 * quotes where POSIX shells and Windows' agree on them, else in single quotes for POSIX shells.
 */
export function shellQuote(word: string): string {
  if (/^[\w@+=:,./-]+$/.test(word)) return word;
  if (word !== '' && !/["$`\\!%\n]/.test(word)) return `"${word}"`;
  return `'${word.replaceAll("'", `'\\''`)}'`;
}
