import { fileMutants } from './fileMutants.js';
import { logMutants } from './logMutants.js';
import type { Mutant } from './mutant.js';
import { ownershipMutants } from './ownershipMutants.js';
import { replayMutants } from './replayMutants.js';
import { storeMutants } from './storeMutants.js';

/** Every way in which the store's protocol is broken on purpose. */
export const mutants: readonly Mutant[] = [
  ...logMutants,
  ...replayMutants,
  ...fileMutants,
  ...ownershipMutants,
  ...storeMutants,
];
