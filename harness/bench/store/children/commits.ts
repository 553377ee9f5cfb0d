/** Makes some durable commits as one of the writers, to be watched by strace. */
import { createWriter, type WriterName } from '../contestants/writer.js';
import { loadPeers } from '../peers.js';

const { folder, peers, name, records, commits } = JSON.parse(process.argv[2] ?? '{}') as {
  readonly folder: string;
  readonly peers: string;
  readonly name: WriterName;
  readonly records: number;
  readonly commits: number;
};
const writer = await createWriter(name, records, { folder, peers: loadPeers(peers) });
if (!writer) throw new Error(`${name} can't be had here`);
await writer.turn(commits);
await writer.close();
