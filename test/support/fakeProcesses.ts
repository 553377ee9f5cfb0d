export { type FakeProcesses, fakeProcesses } from '../../harness/fixtures/store/fakeProcesses.js';
