import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const examples = fileURLToPath(new URL('../../examples', import.meta.url));
const folders = readdirSync(examples, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && !/^(\.|node_modules$)/.test(entry.name))
  .map((entry) => entry.name);
const index = readFileSync(join(examples, 'README.md'), 'utf8');
const linked = [...index.matchAll(/\]\(([^)#]+)\)/g)].map((match) => match[1]!);

/** Their cause is in Vitest's order and mocks, whatever their code does with files. */
const aboutOrder = ['module-state-order', 'shared-mock'];

describe('the index', () => {
  test('links to files that exist', () => {
    for (const link of linked) {
      expect(statSync(join(examples, link), { throwIfNoEntry: false })?.isFile(), link).toBe(true);
    }
  });

  test('lists every example once', () => {
    expect(linked.map((link) => dirname(link)).sort()).toEqual([...folders].sort());
  });
});

describe.each(folders)('%s', (folder) => {
  const files = readdirSync(join(examples, folder));
  const read = (file: string) => readFileSync(join(examples, folder, file), 'utf8');

  test('has a flaky test and its fixed twin', () => {
    const twins = (kind: string) =>
      files
        .filter((file) => file.startsWith(`${kind}.`) && file.endsWith('.test.ts'))
        .map((file) => file.slice(kind.length));

    expect(twins('flaky')).not.toEqual([]);
    expect(twins('fixed')).toEqual(twins('flaky'));
  });

  test('shows files, time and faults with the fixtures, and its README tells of it', () => {
    const code = files.filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'));
    const isTheirs = code.some((file) => /node:fs|node:timers|setTimeout/.test(read(file)));
    const isAboutOrder = aboutOrder.includes(folder);

    expect(files.includes('fixtures.test.ts')).toBe(isTheirs && !isAboutOrder);
    expect(/^With the fixtures: .{40,}$/m.test(read('README.md'))).toBe(isTheirs && !isAboutOrder);
  });

  test('names cause, symptom, cure and the measured rate', () => {
    const readme = read('README.md');

    for (const part of ['Cause', 'Symptom', 'Cure']) {
      expect(readme).toMatch(new RegExp(`^- \\*\\*${part}:\\*\\* .{40,}$`, 'm'));
    }
    expect(readme).toMatch(
      new RegExp(
        `^Rate here: \\d+ of \\d+ attempts \\(\\S+ %–\\S+ % at 95 %\\), by ` +
          `\`npx flakehound hunt --root examples ${folder}\``,
        'm',
      ),
    );
  });

  test('states a rate between 1 and 60 % from at least 100 attempts', () => {
    const [, failures, attempts] = /Rate here: (\d+) of (\d+)/.exec(read('README.md'))!;

    expect(Number(attempts)).toBeGreaterThanOrEqual(100);
    expect(Number(failures) / Number(attempts)).toBeGreaterThanOrEqual(0.01);
    expect(Number(failures) / Number(attempts)).toBeLessThanOrEqual(0.6);
  });

  test('imports only its own folder, public faces, Vitest, Node, fast-check and tmp-promise', () => {
    for (const file of files.filter((name) => name.endsWith('.ts'))) {
      for (const [, target] of read(file).matchAll(/\bfrom '([^']+)'/g)) {
        expect(target, file).toMatch(
          file.startsWith('fixtures.')
            ? /^(\.\/[^/]+\.js|vitest|fast-check|flakehound(\/property)?|node:.+)$/
            : /^(\.\/[^/]+\.js|vitest|tmp-promise|node:.+)$/,
        );
      }
    }
  });

  test('draws no random numbers', () => {
    for (const file of files.filter((name) => name.endsWith('.ts'))) {
      expect(read(file), file).not.toMatch(/Math\.random|randomInt|getRandomValues/);
    }
  });
});
