import {
  assertCrashSafe,
  type CrashModel,
  type CrashOptions,
  type WorkloadWorld,
} from '../../harness/property/index.js';
import { FlakehoundError } from '../../src/index.js';

/** A way to replace what is in a file. */
export type Save = (path: string, text: string) => unknown;

/** What the checker is asked of a writer. */
export interface CrashQuestion {
  /**
   * `whole`: after any crash the file is the old version or the new one.
   * `lasting`: once the writer has said that it is done, the new version survives any crash.
   */
  readonly asks: 'whole' | 'lasting';
  readonly model?: CrashModel;
  /** What is in the file before; `null` when there is none. Default: `old`. */
  readonly old?: string | null;
  readonly through?: CrashOptions<unknown>['through'];
}

const fresh = 'new version';

/**
 * What the checker says of a writer whose own calls of `node:fs` are routed to it.
 *
 * @returns `holds`, or the sync that is missing, as `fsync of the directory after rename`; followed
 *   by `, and more` when that sync alone doesn't cure everything; or `No sync can help`
 */
export async function crashVerdict(save: Save, question: CrashQuestion): Promise<string> {
  const workload = async ({ dir, acknowledge }: WorkloadWorld): Promise<void> => {
    await save(`${dir}/file`, fresh);
    acknowledge('saved', fresh);
  };
  try {
    await assertCrashSafe(workload, optionsOf(question));
    return 'holds';
  } catch (error) {
    if (!(error instanceof FlakehoundError) || error.code !== 'CRASH_UNSAFE') throw error;
    return missingSync(error.message);
  }
}

function optionsOf({
  asks,
  model = 'posix',
  old = 'old',
  through,
}: CrashQuestion): CrashOptions<string | null> {
  return {
    installed: true,
    model,
    ...(through === undefined ? {} : { through }),
    setup: ({ fs, dir }) => {
      if (old !== null) fs.writeFileSync(`${dir}/file`, old);
    },
    recover: ({ fs, dir }) =>
      fs.existsSync(`${dir}/file`) ? fs.readFileSync(`${dir}/file`, 'utf8') : null,
    invariants: {
      [asks]:
        asks === 'whole'
          ? ({ state }) => state === old || state === fresh
          : ({ state, acknowledged }) => acknowledged.length === 0 || state === fresh,
    },
  };
}

/** The report's explanation without the names of temporary files. */
function missingSync(report: string): string {
  const found = /^Missing sync: (fsync of the \w+) .* after operation (\d+)(.*)$/m.exec(report);
  if (found === null) return /^No (single )?sync can help/m.exec(report)?.[0] ?? report;
  const [, sync, number, rest] = found;
  const call = new RegExp(`^ +${number}  .*?\\b(create|write|rename|mkdir) /`, 'm').exec(
    report,
  )?.[1];
  return `${sync} after ${call}${rest === '' ? '' : ', and more'}`;
}
