import { test } from 'vitest';
import { assertCrashSafe, type CrashWorld } from '../../../../harness/property/index.js';

function put({ fs, dir }: CrashWorld, name: string): void {
  if (fs.existsSync(`${dir}/${name}`)) return;
  const fd = fs.openSync(`${dir}/${name}.tmp`, 'w');
  fs.writeSync(fd, name);
  fs.fsyncSync(fd);
  fs.closeSync(fd);
  fs.renameSync(`${dir}/${name}.tmp`, `${dir}/${name}`);
  const folder = fs.openSync(dir, 'r');
  fs.fsyncSync(folder);
  fs.closeSync(folder);
}

test('a file that a second recovery makes is not one of the first', async () => {
  await assertCrashSafe((world) => put(world, 'first'), {
    recover: (world) => {
      for (const name of ['first', 'second', 'third']) put(world, name);
      return ['first', 'second', 'third'].map((name) =>
        world.fs.readFileSync(`${world.dir}/${name}`, 'utf8'),
      );
    },
    invariants: {
      'each file holds its own name': ({ state }: { state: string[] }) =>
        state.join() === 'first,second,third',
    },
  });
});
