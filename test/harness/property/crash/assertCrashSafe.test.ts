import { describe, expect, test } from 'vitest';
import { assertCrashSafe, type CrashWorld } from '../../../../harness/property/index.js';

const read = ({ fs, dir }: CrashWorld) => fs.readFileSync(`${dir}/file`, 'utf8');
const setup = ({ fs, dir }: CrashWorld) => fs.writeFileSync(`${dir}/file`, 'old!');
const invariants = {
  'old or new': ({ state }: { state: string }) => ['old!', 'new!'].includes(state),
};

describe('assertCrashSafe', () => {
  test('passes an atomic replacement', async () => {
    const report = await assertCrashSafe(
      ({ fs, dir }) => {
        const fd = fs.openSync(`${dir}/file.tmp`, 'w');
        fs.writeSync(fd, 'new!');
        fs.fsyncSync(fd);
        fs.closeSync(fd);
        fs.renameSync(`${dir}/file.tmp`, `${dir}/file`);
      },
      { setup, recover: read, invariants },
    );
    expect(report).toMatchObject({ crashPoints: 5 });
    expect(report.statesVisited).toBeGreaterThanOrEqual(report.distinctStates);
  });

  test('refuses one that renames before its bytes are durable', async () => {
    await expect(
      assertCrashSafe(
        ({ fs, dir }) => {
          fs.writeFileSync(`${dir}/file.tmp`, 'new!');
          fs.renameSync(`${dir}/file.tmp`, `${dir}/file`);
        },
        { setup, recover: read, invariants },
      ),
    ).rejects.toMatchObject({
      code: 'CRASH_UNSAFE',
      message: expect.stringContaining('old or new'),
    });
  });
});
