import ansis from 'ansis';
import stringWidth from 'string-width';

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** C0, C1 and DEL, marks that reverse the direction of writing, halves of surrogate pairs. */
const unprintable = /[\p{Cc}\p{Cs}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/** Text that stays on its line and moves no cursor: escapes are dropped, line breaks become spaces. */
export const printable = (text: string): string =>
  ansis
    .strip(text)
    .replace(/\r\n|[\t-\r\u0085\u2028\u2029]/g, ' ')
    .replace(unprintable, '');

/** `printable`, for prose and names: runs of spaces count as one. */
export const oneLine = (text: string): string => printable(text).replace(/\s+/g, ' ').trim();

/** Text of more characters for each column isn't measured: names may be megabytes long. */
const mostPerColumn = 4;

/** At most `width` columns of `text`: the middle gives way, so that start and end stay visible. */
export function cut(text: string, width: number): string {
  const most = mostPerColumn * Math.max(1, width);
  if (text.length <= most && stringWidth(text) <= width) return text;
  if (width < 2) return width < 1 ? '' : '…';
  const endRoom = Math.floor((width - 1) / 2);
  const start = takeWhole(segments(text.slice(0, most)), width - 1 - endRoom);
  // The first one may be half of a cluster.
  const tail = segments(text.slice(-most)).slice(1).reverse();
  const end = takeWhole(tail, endRoom).reverse();
  let whole = `${start.join('')}…${end.join('')}`;
  // Neighbours can join into one wider cluster, so the sum is checked as a whole.
  while (stringWidth(whole) > width && (end.shift() ?? start.pop()) !== undefined) {
    whole = `${start.join('')}…${end.join('')}`;
  }
  return whole;
}

/** At most `most` characters, cut as by `cut`, for text that isn't laid out in columns. */
export function shorten(text: string, most: number): string {
  if (text.length <= most) return text;
  const half = Math.floor((most - 1) / 2);
  // A cut through a surrogate pair leaves a half that no encoding has.
  return `${text.slice(0, half)}…${text.slice(-half)}`.replace(/\p{Cs}/gu, '');
}

/** Lines of at most `width` columns, broken at spaces, and inside a word only if it fills a line. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  // '13.9 %' stays together.
  for (const word of text.split(/ (?!%)/)) {
    const joined = line === '' ? word : `${line} ${word}`;
    if (stringWidth(joined) <= width) {
      line = joined;
      continue;
    }
    if (line !== '') lines.push(line);
    const broken = breakWord(word, width);
    line = broken.pop() ?? '';
    lines.push(...broken);
  }
  return line === '' && lines.length > 0 ? lines : [...lines, line];
}

/** `text` and spaces up to `width` columns. */
export const padTo = (text: string, width: number): string =>
  text + ' '.repeat(Math.max(0, width - stringWidth(text)));

function breakWord(word: string, width: number): string[] {
  if (stringWidth(word) <= width) return [word];
  const pieces: string[] = [];
  let rest = segments(word);
  while (rest.length > 0) {
    const taken = takeWhole(rest, width);
    if (taken.length === 0) return [...pieces, cut(rest.join(''), width)];
    pieces.push(taken.join(''));
    rest = rest.slice(taken.length);
  }
  return pieces;
}

const segments = (text: string): string[] =>
  Array.from(graphemes.segment(text), ({ segment }) => segment);

/** As many leading graphemes as fit. */
function takeWhole(all: readonly string[], room: number): string[] {
  const taken: string[] = [];
  let used = 0;
  for (const one of all) {
    used += stringWidth(one);
    if (used > room) break;
    taken.push(one);
  }
  return taken;
}
