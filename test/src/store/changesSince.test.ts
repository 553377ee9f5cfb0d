import { expect, test } from 'vitest';
import type { JobChange } from '../../../src/jobs/jobStore.js';
import { openStore } from '../../../src/openStore.js';
import { openOwner } from '../../../src/store/openOwner.js';
import { resolveOptions } from '../../../src/store/options.js';
import { OwnerStore } from '../../../src/store/ownerStore.js';
import { storeClock } from '../../support/storeClock.js';
import { StoreMachine } from '../../support/storeMachine.js';

const dir = '/data/store';

test('the log tells again what a listener was told', async () => {
  const clock = storeClock();
  const machine = StoreMachine.fresh(clock);
  const store = await clock.drive(openStore(dir, { platform: machine.process() }));
  await store.create({ id: 'old', type: 't', data: 'before the checkpoint' });
  await clock.drive(store.checkpoint());
  const told: JobChange[] = [];
  store.onChange((changes) => void told.push(...changes));
  await store.create({ id: 'a', type: 't', data: [1, 2] });
  await store.update('old', { progress: 0.5 });
  await store.transition('a', 'completed', { result: { done: true } });
  await store.appendLog('a', { message: 'no change of a job' });
  await store.group([
    { kind: 'update', id: 'old', patch: { data: 'new' } },
    { kind: 'remove', id: 'a' },
    { kind: 'create', id: 'a', type: 'u' },
  ]);
  await clock.drive(store.close());
  const reader = await openOwner({
    platform: machine.process(),
    dir,
    settings: resolveOptions({ mode: 'readOnly' }),
    ownership: undefined,
  });
  expect(reader).toBeInstanceOf(OwnerStore);
  const all = await reader.changesSince(0);
  expect(all).toEqual(told);
  expect(await reader.changesSince(told[2]!.lsn)).toEqual(told.slice(3));
  await clock.drive(reader.close());
});

test('a listener of a guest misses nothing when the owner dies', async () => {
  const clock = storeClock();
  const machine = StoreMachine.fresh(clock);
  const options = { ownerTimeoutMs: 1000 };
  const owner = await clock.drive(openStore(dir, { ...options, platform: machine.process() }));
  const guest = await clock.drive(openStore(dir, { ...options, platform: machine.process() }));
  const told: JobChange[] = [];
  guest.onChange((changes) => void told.push(...changes));
  for (const id of ['a', 'b', 'c']) await clock.drive(guest.create({ id, type: 't' }));
  await clock.drive(owner.close());
  await clock.drive(guest.create({ id: 'd', type: 't' }));
  await clock.advance(500);
  expect(told.map(({ id }) => id)).toEqual(['a', 'b', 'c', 'd']);
  await clock.drive(guest.close());
});
