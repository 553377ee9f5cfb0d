export { type FakeChannels, fakeChannels } from '../../harness/fixtures/store/fakeChannels.js';
