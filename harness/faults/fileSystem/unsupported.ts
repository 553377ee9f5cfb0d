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

/** The calls that throw. */
export function unsupportedCalls(): Record<string, () => never> {
  return Object.fromEntries(
    Object.entries(unsupported).map(([name, instead]) => [name, refusal(`fs.${name}`, instead)]),
  );
}

/** What `fs.promises` has of them. */
export function unsupportedPromises(): Record<string, () => never> {
  return { glob: refusal('fs.promises.glob', unsupported.glob as string) };
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
