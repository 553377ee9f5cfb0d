import { beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { startAutosave } from './autosave.js';
import { Drafts } from './drafts.js';

const chapter = 'It was a dark and stormy night. '.repeat(20_000);
const drafts = new Drafts();
const autosaved = vi.fn();
beforeEach(() => autosaved.mockClear());

async function autosave(): Promise<void> {
  for (const name of ['first', 'second', 'third']) await drafts.save(name, chapter);
  autosaved();
}

test('manual saves work beside autosave', async () => {
  const running = startAutosave(autosave, 1);
  onTestFinished(() => running.stop());

  for (const name of ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']) {
    await drafts.save(name, chapter);
    expect(drafts.has(name)).toBe(true);
  }
});

test('a manual save does not count as autosave', async () => {
  await drafts.save('mine', chapter);

  expect(autosaved).not.toHaveBeenCalled();
});
