import { FlakehoundError, invariant } from '../../src/index.js';
import { conditionNames } from '../events.js';
import type { HuntHead } from './huntReport.js';
import { type Notice, NoticeTally } from './noticeTally.js';

/**
 * Joins what several hunts say about themselves.
 *
 * Reports of one shard, or of no shard, are further runs of the same files: their runs add up.
 * Shards are parts of the same runs: a run of the suite is done when each part of it is.
 *
 * @param heads - earliest first
 * @throws FlakehoundError `REPORT_MISMATCH`
 */
export function mergeHeads(heads: readonly HuntHead[]): HuntHead {
  const [first] = heads;
  if (first === undefined) {
    throw new FlakehoundError('REPORT_MISMATCH', 'there is no report to merge', {
      hint: 'name the reports: flakehound merge one.json two.json --report json=all.json',
    });
  }
  refuseUnlike(heads, first);
  const parts = [...groupBy(heads, partOf).values()];
  const asked = parts.map((part) => sumOrNull(part.map(({ runs }) => runs.asked)));
  const done = parts.map((part) => sum(part.map(({ runs }) => runs.done)));
  const interrupted = heads.find((head) => head.interrupted);
  const proofs = heads.flatMap(({ prove }) => (prove === null ? [] : [prove]));
  const notices = new NoticeTally();
  for (const notice of heads.flatMap((head) => [...head.notices])) notices.add(notice);
  for (const notice of [...missingShards(heads), ...unlikePlaces(heads, first)]) {
    notices.add(notice);
  }
  return {
    ...first,
    durationMs: sum(heads.map(({ durationMs }) => durationMs)),
    runs: {
      asked: asked.includes(null) ? null : Math.max(...asked.map((runs) => runs ?? 0)),
      done: Math.min(...done),
      crashed: sum(heads.map(({ runs }) => runs.crashed)),
    },
    conditions: conditionNames.filter((name) => heads.some((h) => h.conditions.includes(name))),
    interrupted: interrupted !== undefined,
    stopped: (interrupted ?? first).stopped,
    prove: proofs.length === 0 ? null : Math.min(...proofs),
    workers: Math.max(...heads.map(({ workers }) => workers)),
    files: sum(parts.map((part) => Math.max(...part.map(({ files }) => files)))),
    shard: parts.length === 1 ? first.shard : null,
    notices: notices.list(),
  };
}

const partOf = ({ shard }: HuntHead): string =>
  shard === null ? 'all' : `${shard.index}/${shard.count}`;

function refuseUnlike(heads: readonly HuntHead[], first: HuntHead): void {
  const seen = new Set<string>();
  for (const head of heads) {
    const who = `${head.id} ${head.startedAt} ${partOf(head)}`;
    if (seen.has(who)) {
      throw mismatch(`the hunt ${head.id} of ${head.startedAt} is given twice`, 'name it once');
    }
    seen.add(who);
    if (Math.abs(head.confidence - first.confidence) > 1e-9) {
      const both = `${first.confidence} and ${head.confidence}`;
      throw mismatch(
        `the reports were made at unlike confidence, ${both}`,
        `hunt again with --confidence ${first.confidence}`,
      );
    }
    if (majorOf(head.vitest) !== majorOf(first.vitest)) {
      throw mismatch(
        `the reports come from Vitest ${first.vitest} and ${head.vitest}`,
        'merge only reports of one major version of Vitest',
      );
    }
    if (head.shard?.count !== first.shard?.count) {
      throw mismatch(
        `the reports are of unlike shards, ${partOf(first)} and ${partOf(head)}`,
        'merge the shards of one hunt, or whole hunts',
      );
    }
  }
}

const mismatch = (message: string, hint: string): FlakehoundError =>
  new FlakehoundError('REPORT_MISMATCH', message, { hint });

const majorOf = (version: string): string => version.split('.')[0] ?? version;

function missingShards(heads: readonly HuntHead[]): Notice[] {
  const count = heads[0]?.shard?.count ?? 0;
  const present = new Set(heads.map(({ shard }) => shard?.index));
  const missing = Array.from({ length: count }, (_, at) => at + 1).filter((i) => !present.has(i));
  if (missing.length === 0) return [];
  const which = missing.map((index) => `${index}/${count}`).join(', ');
  return [{ code: 'SHARD_MISSING', message: `not all shards were merged: ${which} missing` }];
}

function unlikePlaces(heads: readonly HuntHead[], first: HuntHead): Notice[] {
  const facts = ['vitest', 'node', 'executor', 'seed'] as const;
  return facts
    .map((fact) => ({ fact, values: [...new Set(heads.map((head) => String(head[fact])))] }))
    .filter(({ values }) => values.length > 1)
    .map(({ fact, values }) => ({
      code: 'MERGED_UNLIKE',
      message: `hunts with different ${fact} were merged: ${values.join(', ')}; the head shows ${first[fact]}`,
    }));
}

function groupBy<T>(all: readonly T[], key: (one: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const one of all) {
    const group = groups.get(key(one)) ?? [];
    group.push(one);
    groups.set(key(one), group);
  }
  return groups;
}

const sum = (numbers: readonly number[]): number => numbers.reduce((so, more) => so + more, 0);

const sumOrNull = (numbers: readonly (number | null)[]): number | null => {
  invariant(numbers.length > 0, 'a part of a merge has at least one hunt');
  return numbers.reduce((so, more) => (so === null || more === null ? null : so + more), 0);
};
