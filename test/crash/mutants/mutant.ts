/** One change of a source file: `find` stands there exactly once. */
export interface Edit {
  readonly file: string;
  readonly find: string;
  readonly replace: string;
}

/** A rule of the store's protocol, broken, and the tests that must notice. */
export interface Mutant extends Edit {
  /** What the store does wrong now. */
  readonly name: string;
  /** What else has to change for that. */
  readonly also?: readonly Edit[];
  /** Test files, the quickest first; one of them must fail. */
  readonly killedBy: readonly string[];
}

const log = 'test/src/engine/log';
const files = 'test/src/engine/files';
const tables = 'test/src/engine/tables';
const ownership = 'test/src/engine/ownership';
const state = 'test/src/engine/state';

/** The test files that kill mutants. */
export const tests = {
  logCrash: `${log}/logCrash.test.ts`,
  logFaults: `${log}/logFaults.test.ts`,
  startLog: `${log}/startLog.test.ts`,
  replayLog: `${log}/replayLog.test.ts`,
  replayProp: `${log}/replayLog.prop.test.ts`,
  groupCodec: `${log}/groupCodec.prop.test.ts`,
  poison: `${log}/poison.test.ts`,
  replaceFile: `${files}/replaceFile.test.ts`,
  manifest: `${files}/manifest.test.ts`,
  manifestKeeper: `${files}/manifestKeeper.test.ts`,
  backup: `${files}/backup.test.ts`,
  recoveryFile: `${files}/recoveryFile.test.ts`,
  mergePlan: `${files}/mergePlan.test.ts`,
  writeFully: `${files}/writeFully.test.ts`,
  kept: `${files}/kept.test.ts`,
  writing: `${tables}/writing.test.ts`,
  damage: `${tables}/damage.test.ts`,
  tableCrash: `${tables}/tableCrash.test.ts`,
  jobTable: `${tables}/jobTable.test.ts`,
  claim: `${ownership}/claimOwnership.test.ts`,
  schedules: `${ownership}/claimOwnership.schedules.test.ts`,
  recentState: `${state}/recentState.test.ts`,
  recentStateProp: `${state}/recentState.prop.test.ts`,
  contract: 'test/src/store/openStore.contract.test.ts',
  shared: 'test/src/store/sharing/sharedStore.test.ts',
  model: 'test/crash/model.prop.test.ts',
  sweeps: 'test/crash/sweeps.test.ts',
  protocol: 'test/crash/protocol.test.ts',
  recovery: 'test/crash/recovery.test.ts',
} as const;
