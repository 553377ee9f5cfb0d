import { describe, expect, test } from 'vitest';
import { openStore } from '../../../src/openStore.js';
import { storeClock } from '../../support/storeClock.js';
import { StoreMachine } from '../../support/storeMachine.js';

const dir = '/data/store';

function world() {
  const clock = storeClock();
  const machine = StoreMachine.fresh(clock);
  const open = (on = machine) =>
    clock.drive(
      openStore(dir, {
        log: { segmentBytes: 4096, commit: 'now' },
        mode: 'exclusive',
        platform: on.process(),
      }),
    );
  return { clock, machine, open };
}

describe('health', () => {
  test('answers though a page can’t be counted from, and names the file', async () => {
    const { clock, machine, open } = world();
    const store = await open();
    for (const id of ['a', 'b', 'c']) await store.create({ id, type: 't' });
    await clock.drive(store.checkpoint());
    // To be replayed: which status it had before is in the table's block.
    await store.transition('b', 'active');
    await clock.drive(store.close());
    const [name] = (machine.fs.readdirSync(dir) as string[]).filter((one) => /^jobs-/.test(one));
    const bytes = machine.fs.readFileSync(`${dir}/${name}`);
    bytes[40]! ^= 1;
    machine.fs.writeFileSync(`${dir}/${name}`, bytes);
    const again = await open();
    for (const _twice of [1, 2]) {
      const health = await again.health();
      expect(health).toMatchObject({ status: 'degraded', jobs: { queued: 3, active: 0 } });
      expect(health.reasons.join()).toContain(`${dir}/${name} is damaged at byte`);
    }
    bytes[40]! ^= 1;
    machine.fs.writeFileSync(`${dir}/${name}`, bytes);
    expect(await again.health()).toMatchObject({ jobs: { queued: 2, active: 1 } });
    await clock.drive(again.close());
  });

  test('says whether the last owner closed the store', async () => {
    const { clock, open } = world();
    const first = await open();
    expect((await first.health()).recovery.wasClosed).toBe(true);
    await clock.drive(first.close());
    const second = await open();
    expect((await second.health()).recovery.wasClosed).toBe(true);
    await second.create({ type: 't' });
  });

  test('says that it didn’t, after a crash', async () => {
    const { clock, machine, open } = world();
    const store = await open();
    await store.create({ type: 't' });
    const again = await open(machine.after(machine.age, 1));
    expect((await again.health()).recovery).toMatchObject({ wasClosed: false, tornBytes: 0 });
    await clock.drive(again.close());
  });
});
