import * as face from '../../../src/index.js';

type OpenStore = (
  dir: string,
  options?: { readonly checkpoint?: { readonly logBytes?: number } },
) => Promise<face.JobStore>;

/** Opens the store that is measured. */
export const openStore: OpenStore = (dir, options) => {
  const { openStore: open } = face as unknown as { readonly openStore?: OpenStore };
  if (!open) throw new Error('this build has no openStore');
  return open(dir, options);
};
