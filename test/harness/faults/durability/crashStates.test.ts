import { constants } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { type Script, statesOf } from './statesOf.js';

const has =
  (name: string, text: string): Script =>
  (fs) =>
    fs.writeFileSync(`/d/${name}`, text);

const write = (fs: Parameters<Script>[0], name: string, text: string, flags = 'w') => {
  const fd = fs.openSync(`/d/${name}`, flags);
  fs.writeSync(fd, text);
  return fd;
};
const syncDir: Script = (fs) => fs.fsyncSync(fs.openSync('/d', 'r'));

interface Row {
  readonly name: string;
  readonly setup?: Script;
  readonly script: Script;
  readonly posix: readonly string[];
  readonly ordered: readonly string[];
}

const rows: readonly Row[] = [
  {
    name: 'a new file',
    script: (fs) => void write(fs, 'f', 'x'),
    posix: ['-', 'f=', 'f=x'],
    ordered: ['-', 'f=', 'f=x'],
  },
  {
    name: 'a new file with fsync: its name needs the directory, or an ordered journal',
    script: (fs) => {
      fs.fsyncSync(write(fs, 'f', 'x'));
      fs.mkdirSync('/d/e');
    },
    posix: ['-', 'e/', 'e/ f=x', 'f=', 'f=x'],
    ordered: ['-', 'e/ f=x', 'f=', 'f=x'],
  },
  {
    name: 'two new files',
    script: (fs) => {
      write(fs, 'a', '');
      write(fs, 'b', '');
    },
    posix: ['-', 'a=', 'a= b=', 'b='],
    ordered: ['-', 'a=', 'a= b='],
  },
  {
    name: 'two bytes over old ones in two writes',
    setup: has('f', 'ab'),
    script: (fs) => {
      const fd = fs.openSync('/d/f', 'r+');
      fs.writeSync(fd, 'A', 0);
      fs.writeSync(fd, 'B', 1);
    },
    posix: ['f=AB', 'f=Ab', 'f=aB', 'f=ab'],
    ordered: ['f=AB', 'f=Ab', 'f=aB', 'f=ab'],
  },
  {
    name: 'two appends: posix may lose the first alone and leave a hole',
    setup: has('f', 'a'),
    script: (fs) => {
      const fd = fs.openSync('/d/f', 'a');
      fs.writeSync(fd, 'b');
      fs.writeSync(fd, 'c');
    },
    posix: ['f=a', 'f=a0c', 'f=ab', 'f=abc'],
    ordered: ['f=a', 'f=ab', 'f=abc'],
  },
  {
    name: 'a truncation, then a write',
    setup: has('f', 'old'),
    script: (fs) => void write(fs, 'f', 'n'),
    posix: ['f=', 'f=n', 'f=nld', 'f=old'],
    ordered: ['f=', 'f=n', 'f=old'],
  },
  {
    name: 'a rename over a file is all or nothing',
    setup: (fs) => {
      has('f', 'old')(fs);
      has('t', 'new')(fs);
    },
    script: (fs) => fs.renameSync('/d/t', '/d/f'),
    posix: ['f=new', 'f=old t=new'],
    ordered: ['f=new', 'f=old t=new'],
  },
  {
    name: 'a rename between directories may leave both names, never neither',
    setup: (fs) => {
      fs.mkdirSync('/d/a');
      fs.mkdirSync('/d/b');
      has('a/f', 'x')(fs);
    },
    script: (fs) => fs.renameSync('/d/a/f', '/d/b/f'),
    posix: ['a/ a/f=x b/', 'a/ a/f=x b/ b/f=x', 'a/ b/ b/f=x'],
    ordered: ['a/ a/f=x b/', 'a/ b/ b/f=x'],
  },
  {
    name: 'an fsync of the old directory makes both names of a rename durable',
    setup: (fs) => {
      fs.mkdirSync('/d/a');
      has('a/f', 'x')(fs);
    },
    script: (fs) => {
      fs.renameSync('/d/a/f', '/d/f');
      fs.fsyncSync(fs.openSync('/d/a', 'r'));
      fs.unlinkSync('/d/f');
    },
    posix: ['a/', 'a/ a/f=x', 'a/ a/f=x f=x', 'a/ f=x'],
    ordered: ['a/', 'a/ a/f=x', 'a/ f=x'],
  },
  {
    name: 'unlink and create under one name',
    setup: has('f', 'old'),
    script: (fs) => {
      fs.unlinkSync('/d/f');
      write(fs, 'f', '');
    },
    posix: ['-', 'f=', 'f=old'],
    ordered: ['-', 'f=', 'f=old'],
  },
  {
    name: 'an fsync of the directory',
    script: (fs) => {
      write(fs, 'f', '');
      syncDir(fs);
      fs.symlinkSync('f', '/d/l');
    },
    posix: ['-', 'f=', 'f= l->f'],
    ordered: ['-', 'f=', 'f= l->f'],
  },
  {
    name: 'a write through O_DSYNC is durable, one before it is not',
    setup: has('f', 'ab'),
    script: (fs) => {
      fs.writeSync(fs.openSync('/d/f', 'r+'), 'A', 0);
      fs.writeSync(fs.openSync('/d/f', constants.O_RDWR | constants.O_DSYNC), 'B', 1);
      fs.writeSync(fs.openSync('/d/f', 'r+'), 'C', 1);
    },
    posix: ['f=AB', 'f=AC', 'f=Ab', 'f=aB', 'f=aC', 'f=ab'],
    ordered: ['f=AB', 'f=AC', 'f=Ab', 'f=aB', 'f=aC', 'f=ab'],
  },
  {
    name: 'fdatasync makes a grown size durable',
    setup: has('f', 'a'),
    script: (fs) => {
      fs.fdatasyncSync(write(fs, 'f', 'b', 'a'));
      fs.ftruncateSync(fs.openSync('/d/f', 'r+'), 3);
    },
    posix: ['f=a', 'f=ab', 'f=ab0'],
    ordered: ['f=a', 'f=ab', 'f=ab0'],
  },
  {
    name: 'copyFile is a creation and a write',
    setup: has('f', 'x'),
    script: (fs) => fs.copyFileSync('/d/f', '/d/g'),
    posix: ['f=x', 'f=x g=', 'f=x g=x'],
    ordered: ['f=x', 'f=x g=', 'f=x g=x'],
  },
];

describe.each(['posix', 'ordered'] as const)('without tears, the %s model', (model) => {
  test.each(rows)('$name', (row) => {
    const { script, setup } = row;
    const how = setup ? { model, setup } : { model };
    expect(statesOf(script, how)).toEqual(row[model]);
  });
});

describe('tears', () => {
  const append: Script = (fs) => void write(fs, 'f', 'xyz', 'a');
  const over: Script = (fs) => void write(fs, 'f', 'xyz', 'r+');

  test('of an append in the ordered model only cut it short', () => {
    expect(statesOf(append, { model: 'ordered', setup: has('f', 'a'), tears: true })).toEqual([
      'f=a',
      'f=ax',
      'f=axy',
      'f=axyz',
    ]);
  });

  test('over old bytes in the ordered model leave old bytes', () => {
    expect(statesOf(over, { model: 'ordered', setup: has('f', 'abc'), tears: true })).toEqual(
      ['abc', 'xbc', 'xyc', 'xyz', 'ayz', 'abz'].map((text) => `f=${text}`).sort(),
    );
  });

  test('of an append in posix leave it short, zeros, holes, or garbage of the same size', () => {
    const states = statesOf(append, { setup: has('f', 'a'), tears: true });
    const known = ['a', 'ax', 'axy', 'axyz', 'a000', 'ax00', 'axy0', 'a0yz', 'a00z'];
    expect(states).toEqual(expect.arrayContaining(known.map((text) => `f=${text}`)));
    const garbled = states.filter((state) => !known.includes(state.slice(2)));
    expect(garbled).toHaveLength(5);
    expect(garbled.every((state) => state.length === 'f=axyz'.length)).toBe(true);
  });

  test('of one byte over an old one there are none', () => {
    const one: Script = (fs) => void write(fs, 'f', 'x', 'r+');
    expect(statesOf(one, { setup: has('f', 'a'), tears: true })).toEqual(['f=a', 'f=x']);
  });

  test('fall at multiples of 1, 512 and 4096 bytes of the file', () => {
    const long: Script = (fs) => {
      const fd = fs.openSync('/d/f', 'a');
      fs.writeSync(fd, 'x'.repeat(9000));
    };
    const sizes = statesOf(long, {
      model: 'ordered',
      setup: has('f', 'a'.repeat(100)),
      tears: true,
    })
      .map((state) => state.length - 'f='.length)
      .sort((a, b) => a - b);
    expect(sizes).toEqual([100, 101, 512, 4096, 4600, 4608, 8192, 8704, 9099, 9100]);
  });
});
