import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, readlinkSync } from 'node:fs';
import { expect, test } from 'vitest';
import { nodeProcesses, type ProcessSources } from '../../../src/node/nodeProcesses.js';

const onLinux = process.platform === 'linux';

/** `/proc/<pid>/stat` with the fields that count. */
const stat = (start: number, state = 'S', threads = 1): string =>
  `9 (a ) b) ${state} ${Array.from({ length: 16 }, () => 0).join(' ')} ${threads} 0 ${start} 0 0`;

interface World {
  pid?: number;
  host?: string;
  boot?: string;
  space?: string;
  stats?: Record<number, string>;
  probe?: string;
}

const worldOf = (world: World): ProcessSources => ({
  pid: world.pid ?? 9,
  host: world.host ?? 'anvil',
  readText(path) {
    const stats: Record<number, string> = { [world.pid ?? 9]: stat(100), ...world.stats };
    const text = path.endsWith('boot_id')
      ? `${world.boot ?? 'boot-1'}\n`
      : stats[Number(path.split('/')[2])];
    if (text === undefined) throw Object.assign(new Error(path), { code: 'ENOENT' });
    return text;
  },
  readLink: () => world.space ?? 'pid:[1]',
  probe() {
    if (world.probe !== 'seen') throw Object.assign(new Error(), { code: world.probe ?? 'ESRCH' });
  },
});

const seenBy = (world: World, other: World = {}) =>
  nodeProcesses(worldOf(world)).state(nodeProcesses(worldOf({ pid: 7, ...other })).self());

const table: readonly [string, World, World, 'alive' | 'dead' | 'unknown'][] = [
  ['runs', { stats: { 7: stat(100) } }, {}, 'alive'],
  ['gave its pid to a later one', { stats: { 7: stat(101) } }, {}, 'dead'],
  ['is gone', {}, {}, 'dead'],
  ['is a zombie', { stats: { 7: stat(100, 'Z') } }, {}, 'dead'],
  ['is a zombie with a thread at work', { stats: { 7: stat(100, 'Z', 2) } }, {}, 'alive'],
  ['is hidden', { probe: 'EPERM' }, {}, 'unknown'],
  ['ran before this boot', { stats: { 7: stat(100) } }, { boot: 'boot-0' }, 'dead'],
  ['runs on another host', {}, { boot: 'boot-0', host: 'bellows' }, 'unknown'],
  ['runs in another container', {}, { space: 'pid:[2]' }, 'unknown'],
  ['told no boot', {}, { boot: '' }, 'unknown'],
];

test.each(table)('a process that %s', (_, world, other, state) => {
  expect(seenBy(world, other)).toBe(state);
});

test('without start times only a missing process is known to be dead', () => {
  const blind = (probe: string): ProcessSources => ({
    ...worldOf({ probe }),
    readText: (path) => {
      throw Object.assign(new Error(path), { code: 'ENOENT' });
    },
    readLink: (path) => {
      throw Object.assign(new Error(path), { code: 'ENOENT' });
    },
  });
  const processes = nodeProcesses(blind('seen'));
  expect(processes.state(processes.self())).toBe('unknown');
  expect(nodeProcesses(blind('ESRCH')).state(processes.self())).toBe('dead');
});

test.runIf(onLinux)('this process is alive, and a child is until it ended', async () => {
  const processes = nodeProcesses();
  expect(processes.state(processes.self())).toBe('alive');
  const child = spawn(process.execPath, ['-e', 'process.stdin.resume()']);
  await once(child, 'spawn');
  const there = nodeProcesses({
    pid: child.pid ?? 0,
    host: processes.self().place?.split(' ')[0] ?? '',
    readText: (path) => readFileSync(path, 'utf8'),
    readLink: (path) => readlinkSync(path),
    probe: () => undefined,
  }).self();
  expect(processes.state(there)).toBe('alive');
  child.stdin.end();
  await once(child, 'exit');
  expect(processes.state(there)).toBe('dead');
});
