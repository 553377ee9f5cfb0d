import { kept, lost } from '../../faults/durability/crashStates.js';
import type { Effect } from '../../faults/durability/effects.js';
import type { Recording } from '../../faults/durability/recording.js';
import type { Tear } from '../../faults/durability/tears.js';
import type { Crash } from './explore.js';
import { pathOfInode } from './inodePaths.js';

/** The number by which each effect's operation is called, from 1; marks have none. */
export function stepNumbers(recording: Recording): ReadonlyMap<number, number> {
  const numbers = new Map<number, number>();
  let count = 0;
  recording.effects.forEach((effect, at) => {
    if (effect.kind === 'mark') return;
    const { steps } = recording;
    const isSameStep = steps[at] !== undefined && steps[at] === steps[at - 1];
    numbers.set(at, isSameStep ? count : ++count);
  });
  return numbers;
}

/** The operations up to a crash, numbered, with what became of each. */
export function renderScript(crash: Crash, needed: ReadonlySet<number>): string[] {
  const { recording, point } = crash;
  const numbers = stepNumbers(recording);
  const rows = recording.effects.slice(0, point).flatMap((_effect, at): Row[] => {
    if (!needed.has(at)) return [];
    const number = numbers.get(at)?.toString() ?? '';
    const site = recording.steps[at]?.site?.text ?? '';
    return [{ number, fate: fateText(crash, at), what: effectText(recording, at), site }];
  });
  const leftOut = point - rows.length;
  const total = recording.effects.length;
  return [
    ...aligned(rows),
    ...(leftOut > 0 ? [`       (${leftOut} that don't matter left out)`] : []),
    `  ── crash ── ${total - point === 0 ? 'after everything' : `before ${total - point} more`}`,
  ];
}

interface Row {
  readonly number: string;
  readonly fate: string;
  readonly what: string;
  readonly site: string;
}

function aligned(rows: readonly Row[]): string[] {
  const width = (of: (row: Row) => string) => Math.max(0, ...rows.map((row) => of(row).length));
  const fates = width((row) => row.fate);
  const whats = Math.min(
    60,
    width((row) => row.what),
  );
  return rows.map(({ number, fate, what, site }) =>
    `  ${number.padStart(3)}  ${fate.padEnd(fates)}  ${what.padEnd(whats)}  ${site}`.trimEnd(),
  );
}

function fateText(crash: Crash, at: number): string {
  const { recording, states, point, fates } = crash;
  const effect = recording.effects[at] as Effect;
  if (effect.kind === 'mark' || effect.kind === 'sync' || effect.kind === 'failedSync') return '';
  const fate = fates[at] as number;
  if (fate === lost) return 'LOST';
  if (fate === kept) return states.isUnsynced(at, point) ? 'kept' : 'durable';
  const part = states.partOf(at, fate);
  if (part?.kind !== 'torn') return part?.kind === 'oldNameGone' ? 'GONE' : 'BOTH NAMES';
  return `TORN ${tearText(part.tear)}`;
}

function tearText({ kept: arrived, cut, rest }: Tear): string {
  const part = arrived === 'head' ? `to byte ${cut}` : `from byte ${cut}`;
  return cut === 0 ? `to ${rest}` : `${part}, ${rest} else`;
}

function effectText(recording: Recording, at: number): string {
  const effect = recording.effects[at] as Effect;
  const step = recording.steps[at];
  switch (effect.kind) {
    case 'write': {
      const path = pathOfInode(recording, effect.ino, at);
      return `write ${path}, ${bytesText(effect.bytes.length)} at ${effect.at}`;
    }
    case 'resize':
      return `truncate ${pathOfInode(recording, effect.ino, at)} to ${bytesText(effect.length)}`;
    case 'entries': {
      const [first, second] = effect.changes;
      const name = first ? `${directoryText(recording, first.directory, at)}${first.name}` : '';
      if (!second) return `${effect.call} ${name}`;
      return `rename ${directoryText(recording, second.directory, at)}${second.name} -> ${name}`;
    }
    case 'attributes':
      return `${step?.call ?? 'attributes'} ${pathOfInode(recording, effect.ino, at)}`;
    case 'sync':
      return `${effect.reach === 'data' ? 'fdatasync' : effect.reach === 'write' ? 'O_SYNC' : 'fsync'} ${pathOfInode(recording, effect.ino, at)}`;
    case 'failedSync':
      return `failed fsync ${pathOfInode(recording, effect.ino, at)}`;
    case 'mark':
      return `${effect.mark.says} ${effect.mark.label}`;
  }
}

function bytesText(count: number): string {
  return count === 1 ? '1 byte' : `${count} bytes`;
}

function directoryText(recording: Recording, ino: number, at: number): string {
  const path = pathOfInode(recording, ino, at);
  return path.endsWith('/') ? path : `${path}/`;
}
