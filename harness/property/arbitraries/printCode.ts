const identifier = /^[A-Za-z_$][\w$]*$/;

/** From here on a string of one repeated character prints as `'x'.repeat(n)`. */
const shortestRepeat = 9;

/**
 * Prints plain data (no cycles) as the literal that a person would type: bare keys, single quotes.
 * Properties that are `undefined` are left out.
 */
export function printCode(value: unknown): string {
  if (typeof value === 'string') return printString(value);
  if (Array.isArray(value)) return `[${value.map(printCode).join(', ')}]`;
  if (typeof value === 'object' && value !== null) return printObject(value);
  return Object.is(value, -0) ? '-0' : String(value);
}

/** One element per line, since scripts and plans are read downwards. */
export function printLines(values: readonly unknown[]): string {
  if (values.length === 0) return '[]';
  return `[\n${values.map((value) => `  ${printCode(value)},\n`).join('')}]`;
}

function printObject(value: object): string {
  const fields = Object.entries(value)
    .filter(([, field]) => field !== undefined)
    .map(([key, field]) => `${identifier.test(key) ? key : printString(key)}: ${printCode(field)}`);
  return fields.length === 0 ? '{}' : `{ ${fields.join(', ')} }`;
}

function printString(text: string): string {
  const [first] = text;
  if (first !== undefined && text.length >= shortestRepeat && text === first.repeat(text.length)) {
    return `${printString(first)}.repeat(${text.length})`;
  }
  const inner = JSON.stringify(text).slice(1, -1);
  return `'${inner.replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;
}
