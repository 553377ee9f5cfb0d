/** Begins a hunt that never ends, and tells when the store's log is nearly as long as it gets. */
import { invariant } from '../../../../src/index.js';
import type { HuntEvent } from '../../../events.js';
import { openHistory } from '../../../history/openHistory.js';
import { answer, given } from '../../store/children/answer.js';
import { carryOut, type ScriptedHunt } from '../carryOut.js';

answer(async () => {
  const { logBytes, ...script } = given<ScriptedHunt & { readonly logBytes: number }>();
  const store = await openHistory(script.root, 'record');
  invariant(store !== null, 'a store that is to be recorded in is made');
  const before = (await store.health()).sizes.log;
  return await new Promise<{ readonly runs: number; readonly bytes: number }>((resolve, reject) => {
    let isFull = false;
    const see = async (event: HuntEvent): Promise<void> => {
      if (event.type !== 'runFinished') return;
      // Nothing is under way any more: from here on it waits to be killed.
      if (isFull) await new Promise(() => undefined);
      const bytes = (await store.health()).sizes.log - before;
      isFull = bytes >= logBytes;
      if (isFull) resolve({ runs: event.run, bytes });
    };
    carryOut(store, script, see).catch(reject);
  });
});
