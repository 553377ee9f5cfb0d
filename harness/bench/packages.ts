/**
 * Generated packages about as heavy to import as well-known libraries: one of many ES modules, one
 * of many CommonJS modules, one large file. Importing them defines things and does nothing else.
 */
export const generatedPackages = ['many-modules', 'many-scripts', 'one-file'] as const;

const moduleCount = 320;
/** Functions in each of many modules, and in the one large file. */
const few = 12;
const many = 4_000;

/** @returns the packages' source text, by path below `node_modules` */
export function packageFiles(): ReadonlyMap<string, string> {
  const files = new Map<string, string>();
  files.set('many-modules/package.json', manifest('many-modules', 'module'));
  files.set('many-scripts/package.json', manifest('many-scripts', 'commonjs'));
  files.set('one-file/package.json', manifest('one-file', 'module'));
  for (let at = 0; at < moduleCount; at++) {
    const name = at === 0 ? 'index' : `m${at}`;
    const children = childrenOf(at);
    const imports = children.map((c) => `import * as m${c} from './m${c}.js';\n`).join('');
    const requires = children.map((c) => `const m${c} = require('./m${c}.js');\n`).join('');
    const exported = `{ ${children.map((c) => `m${c}`).join(', ')} }`;
    const body = moduleBody(at, few);
    files.set(
      `many-modules/${name}.js`,
      `${imports}${body}export { Kind${at} };\nexport const children = ${exported};\n`,
    );
    files.set(
      `many-scripts/${name}.js`,
      `'use strict';\n${requires}${body}exports.Kind${at} = Kind${at};\nexports.children = ${exported};\n`,
    );
  }
  files.set('one-file/index.js', `${moduleBody(0, many)}export { Kind0 };\n`);
  return files;
}

const manifest = (name: string, type: string): string =>
  JSON.stringify({ name, version: '1.0.0', type, main: 'index.js' });

/** Up to four, so that the modules form a tree under the first. */
const childrenOf = (at: number): readonly number[] =>
  [1, 2, 3, 4].map((k) => at * 4 + k).filter((child) => child < moduleCount);

/** What libraries do while they are imported: functions, a class, a table filled by a loop. */
function moduleBody(at: number, functions: number): string {
  const text = Array.from(
    { length: functions },
    (_, k) => `function f${at}_${k}(value, options = {}) {
  const seen = new Set();
  for (const key of Object.keys(options)) if (options[key] !== undefined) seen.add(key + ${k});
  return seen.size > ${k} ? { value, seen: [...seen] } : { value, seen: [] };
}
`,
  );
  return `${text.join('')}class Kind${at} {
  static pattern = /^(?:[a-z]+|[0-9]{1,${(at % 9) + 1}})$/u;
  #values = new Map();
  set(key, value) { this.#values.set(key, f${at}_0(value)); return this; }
  get(key) { return this.#values.get(key); }
}
const table${at} = new Map();
for (let i = 0; i < 100; i++) table${at}.set('key' + i, Object.freeze({ i, kind: Kind${at} }));
`;
}
