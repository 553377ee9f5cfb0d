import { FlakehoundError } from '../../../src/index.js';

/**
 * Calls of `node:fs` that no backend can be put under, since Node does them inside itself, with
 * what to use in their place. They throw, so that nothing slips past the faults unseen.
 */
export const unsupported: Readonly<Record<string, string>> = {
  Utf8Stream: 'use createWriteStream',
  glob: 'use readdir with recursive, and match the names with path.matchesGlob',
  globSync: 'use readdirSync with recursive, and match the names with path.matchesGlob',
  openAsBlob: 'use readFile, and make a Blob of the bytes',
};

/** A call that throws, where `name` is one of them. */
export function unsupportedCall(prefix: string, name: string): (() => never) | undefined {
  const instead = Object.hasOwn(unsupported, name) ? unsupported[name] : undefined;
  return instead === undefined ? undefined : refusal(`${prefix}.${name}`, instead);
}

/** A call that says of itself why it can't be made. */
export function refusal(call: string, instead: string): () => never {
  return function refuse() {
    throw new FlakehoundError(
      'FAULTS_UNSUPPORTED',
      `${call} cannot be put over another file system`,
      {
        hint: instead,
      },
    );
  };
}
