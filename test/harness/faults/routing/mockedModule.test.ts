import * as fs from 'node:fs';
import { expect, test, vi } from 'vitest';
import { installRouter } from '../../../../harness/faults/routing/router.js';

vi.mock('node:fs', { spy: true });

test('a file that mocks node:fs as a module is told so', () => {
  expect(vi.isMockFunction(fs.renameSync)).toBe(true);
  expect(() => installRouter()).toThrow(
    expect.objectContaining({
      code: 'FAULTS_FS_OWNED',
      message: expect.stringContaining('vi.mock'),
    }),
  );
});
