import ansis from 'ansis';

/** An element, text, or nothing. */
export type XmlNode = XmlElement | string | null;

export interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string | number | null>>;
  readonly children: readonly XmlNode[];
}

/** @param attributes - null ones are left out */
export const element = (
  name: string,
  attributes: XmlElement['attributes'],
  children: readonly XmlNode[] = [],
): XmlElement => ({ name, attributes, children });

/** A whole document, indented; text is written as it is, so elements with text aren't. */
export const renderXml = (root: XmlElement): string =>
  `<?xml version="1.0" encoding="UTF-8"?>\n${render(root, '')}\n`;

function render({ name, attributes, children }: XmlElement, indent: string): string {
  const written = Object.entries(attributes)
    .filter(([, value]) => value !== null)
    .map(([key, value]) => ` ${key}="${escapeAttribute(String(value))}"`);
  const inner = children.filter((child) => child !== null);
  const open = `${indent}<${name}${written.join('')}`;
  if (inner.length === 0) return `${open}/>`;
  if (inner.some((child) => typeof child === 'string')) {
    const text = inner.map((one) => (typeof one === 'string' ? escapeText(one) : render(one, '')));
    return `${open}>${text.join('')}</${name}>`;
  }
  // Text was handled above.
  const elements = inner.filter((child) => typeof child !== 'string');
  const lines = elements.map((child) => render(child, `${indent}  `));
  return `${open}>\n${lines.join('\n')}\n${indent}</${name}>`;
}

/** Outside of what XML 1.0 allows, even when escaped. Source: XML 1.0, production 2 (Char). */
const illegal = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu;

const escapeText = (text: string): string =>
  ansis
    .strip(text)
    .replace(illegal, '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('\r', '&#13;');

/** Line breaks and tabs would otherwise be read as spaces. */
const escapeAttribute = (text: string): string =>
  escapeText(text).replaceAll('"', '&quot;').replaceAll('\n', '&#10;').replaceAll('\t', '&#9;');
