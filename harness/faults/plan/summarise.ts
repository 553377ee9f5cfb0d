const longestText = 80;

/** A value as the trace keeps it: nothing that could change later or fill the memory. */
export function summarise(value: unknown): unknown {
  if (typeof value === 'string') return cut(value);
  if (typeof value === 'function') return '<function>';
  if (typeof value !== 'object' || value === null) return value;
  if (ArrayBuffer.isView(value)) return `<${value.byteLength} bytes>`;
  if (Array.isArray(value)) return `<${value.length} entries>`;
  if (value instanceof URL) return cut(value.href);
  if (value instanceof Date) return Number.isNaN(+value) ? 'Invalid Date' : value.toISOString();
  const maker = value.constructor?.name;
  return maker === undefined || maker === 'Object' ? flat(value) : `<${maker}>`;
}

/** Options: their own values, each summarised by kind. */
function flat(options: object): string {
  const parts = Object.entries(options).map(([name, value]) => {
    const isPlain = value === null || typeof value !== 'object';
    return `${name}: ${isPlain ? String(value) : `<${value.constructor?.name ?? 'object'}>`}`;
  });
  return cut(`{ ${parts.join(', ')} }`);
}

function cut(text: string): string {
  return text.length <= longestText ? text : `${text.slice(0, longestText)}… (${text.length})`;
}
