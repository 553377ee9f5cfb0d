import { fakeExecutor } from '../support/fakeExecutor.js';
import { executorContract } from './executor.contract.js';

executorContract('the fake executor', (files) =>
  fakeExecutor({
    files: files.map(({ file, tests, fails }) => ({
      project: '',
      file,
      tests,
      importFails: () => fails === 'import',
    })),
  }),
);
