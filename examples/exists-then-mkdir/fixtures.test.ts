import { test } from 'flakehound';
import { expect } from 'vitest';
import { ensureFolder, ensureFolderInTwoSteps } from './ensureFolder.js';

test('two steps leave room for another caller, and one of the two is refused', async ({
  tempDir,
  clock,
  faults,
}) => {
  const day = tempDir.file('2024-06-15');
  // Whoever comes first to make the folder takes so long that the other one overtakes.
  faults.on('mkdir', { nth: 1 }).delay(10).install();

  const outcomes = await clock.drive(
    Promise.allSettled([ensureFolderInTwoSteps(day), ensureFolderInTwoSteps(day)]),
  );

  expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  expect(outcomes).toContainEqual({
    status: 'rejected',
    reason: expect.objectContaining({ code: 'EEXIST', syscall: 'mkdir', path: day }),
  });
  faults.expectExhausted();
});

test('one step is content with a folder that somebody else has made', async ({
  tempDir,
  clock,
  faults,
}) => {
  const day = tempDir.file('2024-06-15');
  faults.on('mkdir', { nth: 1 }).delay(10).install();

  await clock.drive(Promise.all([ensureFolder(day), ensureFolder(day)]));

  expect(await tempDir.tree()).toEqual({ '2024-06-15': { kind: 'directory' } });
  faults.expectExhausted();
});
