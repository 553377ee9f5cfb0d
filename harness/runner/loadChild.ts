/**
 * What one load process executes: busy slices, with a look at the IPC channel between them, and
 * the end when the parent closes it or dies.
 *
 * Text for `node --eval`, because a path to a compiled file would not exist where the sources run.
 */
export const loadChildSource = `
const sliceMs = 20;
process.once('disconnect', () => process.exit(0));
function slice() {
  if (!process.connected) process.exit(0); // the parent died before this process listened
  const until = performance.now() + sliceMs;
  while (performance.now() < until);
  setImmediate(slice);
}
process.send('busy');
slice();
`;
