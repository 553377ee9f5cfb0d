import { resolve } from 'node:path';
import { Argument } from 'commander';
import type { JobStore } from '../../../src/index.js';
import { type CliCommand, usageError } from '../command.js';
import { ExitCode } from '../exitCodes.js';
import type { Io } from '../io.js';
import { exportLines, statsText } from '../storeText.js';

const actions = ['stats', 'backup', 'export', 'compact'] as const;
type Action = (typeof actions)[number];

/** `flakehound store`, complete. */
export interface StoreCommand {
  readonly action: Action;
  /** Absolute: of a store, or a root whose hunts are meant. */
  readonly folder: string;
  /** Absolute; of `backup` alone. */
  readonly file: string | null;
  readonly json: boolean;
}

/** Looks after a job store: one of hunts, or any other. */
export const storeCommand: CliCommand<StoreCommand> = {
  name: 'store',

  define(command) {
    command
      .description('look after a job store')
      .addArgument(new Argument('<action>', 'what to do with it').choices(actions))
      .argument('<dir>', "the store's folder, or the root of a suite whose hunts are meant")
      .argument('[file]', 'where backup writes the copy')
      .option('--json', 'of stats: print JSON')
      .addHelpText(
        'after',
        '\nstats    says how the store is and what is in it' +
          '\nbackup   writes a copy into one file, and reads it back before it replaces an older one' +
          '\nexport   prints jobs and their logs, a line of JSON each' +
          '\ncompact  writes what the log holds into a checkpoint' +
          '\n\nExample:\n  flakehound store backup . hunts.backup',
      );
  },

  resolve(parsed, { cwd }) {
    const [action, folder = '', file] = parsed.args as [Action, string?, string?];
    if ((action === 'backup') !== (file !== undefined)) {
      throw action === 'backup'
        ? usageError('store backup needs a file', `type flakehound store backup ${folder} FILE`)
        : usageError(`store ${action} takes no file, got ${file}`, `drop ${file}`);
    }
    return {
      action,
      folder: resolve(cwd, folder),
      file: file === undefined ? null : resolve(cwd, file),
      json: parsed.opts<{ readonly json?: true }>().json ?? false,
    };
  },

  async execute(command, io) {
    const isReading = command.action === 'stats' || command.action === 'export';
    const store = await open(command.folder, isReading ? 'read' : 'write', io);
    try {
      return await carryOut(store, command, io);
    } finally {
      await store.close();
    }
  },
};

async function open(folder: string, use: 'read' | 'write', io: Io): Promise<JobStore> {
  const ofHunts = await io.openHistory(folder, use === 'read' ? 'read' : 'resume');
  return ofHunts ?? io.openStore(folder, use);
}

async function carryOut(store: JobStore, command: StoreCommand, io: Io): Promise<ExitCode> {
  switch (command.action) {
    case 'stats': {
      const health = await store.health();
      const events = await store.errorEvents({ unresolved: true });
      await io.out.write(
        command.json ? `${JSON.stringify({ ...health, events })}\n` : statsText(health, events),
      );
      return ExitCode.clean;
    }
    case 'backup': {
      const facts = await store.backup(command.file ?? '');
      await io.out.write(`${facts.jobs} jobs, ${facts.bytes} bytes written to ${facts.path}\n`);
      return ExitCode.clean;
    }
    case 'export':
      for await (const line of exportLines(store)) await io.out.write(line);
      return ExitCode.clean;
    case 'compact': {
      const before = (await store.health()).sizes;
      await store.checkpoint();
      const after = (await store.health()).sizes;
      await io.out.write(
        `log ${before.log} -> ${after.log} bytes, checkpoint ${before.checkpoint} -> ${after.checkpoint} bytes\n`,
      );
      return ExitCode.clean;
    }
  }
}
