import { resolve } from 'node:path';
import { Argument } from 'commander';
import { exportStore, type JobStore } from '../../../src/index.js';
import { type CliCommand, usageError } from '../command.js';
import { ExitCode } from '../exitCodes.js';
import type { Io } from '../io.js';
import { checkText, statsText } from '../storeText.js';

const actions = ['check', 'stats', 'backup', 'restore', 'export', 'compact'] as const;
const withFile: ReadonlySet<string> = new Set(['backup', 'restore']);
const optionsOf: Readonly<Record<string, ReadonlySet<string>>> = {
  json: new Set(['check', 'stats']),
  replace: new Set(['restore']),
};
type Action = (typeof actions)[number];

/** `flakehound store`, complete. */
export interface StoreCommand {
  readonly action: Action;
  /** Absolute: of a store, or a root whose hunts are meant. */
  readonly folder: string;
  /** Absolute; of `backup` and `restore` alone. */
  readonly file: string | null;
  /** Of `restore`: whether a store that is there may be replaced. */
  readonly replace: boolean;
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
      .argument('[file]', 'what backup writes and restore reads')
      .option(
        '--replace',
        'of restore: take the place of a store that is there, which is kept beside it',
      )
      .option('--json', 'of check and stats: print JSON')
      .addHelpText(
        'after',
        '\ncheck    reads every byte, changes none, and says what is wrong; exits with 1 when something is' +
          '\nstats    says how the store is and what is in it' +
          '\nbackup   writes a copy into one file, and reads it back before it replaces an older one' +
          '\nrestore  makes a store of such a copy, the whole of it or nothing' +
          '\nexport   prints jobs and their logs, a line of JSON each' +
          '\ncompact  writes what the log holds into a checkpoint' +
          '\n\nExample:\n  flakehound store backup . hunts.backup',
      );
  },

  resolve(parsed, { cwd }) {
    const raw = parsed.opts<{ readonly json?: true; readonly replace?: true }>();
    const [action, folder = '', file] = parsed.args as [Action, string?, string?];
    if (withFile.has(action) !== (file !== undefined)) {
      throw file === undefined
        ? usageError(
            `store ${action} needs a file`,
            `type flakehound store ${action} ${folder} FILE`,
          )
        : usageError(`store ${action} takes no file, got ${file}`, `drop ${file}`);
    }
    for (const [option, actions] of Object.entries(optionsOf)) {
      if (option in raw && !actions.has(action)) {
        throw usageError(`store ${action} takes no --${option}`, `drop --${option}`);
      }
    }
    return {
      action,
      folder: resolve(cwd, folder),
      file: file === undefined ? null : resolve(cwd, file),
      replace: raw.replace ?? false,
      json: raw.json ?? false,
    };
  },

  async execute(typed, io) {
    const command = { ...typed, folder: await io.stores.folderOf(typed.folder) };
    if (command.action === 'check') return check(command, io);
    if (command.action === 'restore') return restore(command, io);
    const isReading = command.action === 'stats' || command.action === 'export';
    const store = await io.stores.open(command.folder, isReading ? 'read' : 'write');
    try {
      return await carryOut(store, { ...command, action: command.action }, io);
    } finally {
      await store.close();
    }
  },
};

async function check({ folder, json }: StoreCommand, io: Io): Promise<ExitCode> {
  const report = await io.stores.check(folder);
  await io.out.write(json ? `${JSON.stringify(report)}\n` : checkText(report, io.out.columns));
  return report.ok ? ExitCode.clean : ExitCode.found;
}

async function restore({ folder, file, replace }: StoreCommand, io: Io): Promise<ExitCode> {
  const facts = await io.stores.restore(file ?? '', folder, { replace });
  const kept = facts.replaced === null ? '' : `; the store before is kept in ${facts.replaced}`;
  await io.out.write(`${facts.jobs} jobs of ${facts.backupOf} restored to ${facts.dir}${kept}\n`);
  return ExitCode.clean;
}

type OnOpenStore = StoreCommand & { readonly action: Exclude<Action, 'check' | 'restore'> };

async function carryOut(store: JobStore, command: OnOpenStore, io: Io): Promise<ExitCode> {
  switch (command.action) {
    case 'stats': {
      const health = await store.health();
      const events = await store.errorEvents({ unresolved: true });
      await io.out.write(
        command.json
          ? `${JSON.stringify({ ...health, events })}\n`
          : statsText(health, events, io.out.columns),
      );
      return ExitCode.clean;
    }
    case 'backup': {
      const facts = await store.backup(command.file ?? '');
      await io.out.write(`${facts.jobs} jobs, ${facts.bytes} bytes written to ${facts.path}\n`);
      return ExitCode.clean;
    }
    case 'export':
      for await (const line of exportStore(store)) await io.out.write(line);
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
