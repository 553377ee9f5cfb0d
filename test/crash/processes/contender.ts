import { writeSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { readManifest } from '../../../src/engine/files/manifest.js';
import { createManifestKeeper } from '../../../src/engine/files/manifestKeeper.js';
import { claimOwnership } from '../../../src/engine/ownership/claimOwnership.js';
import type { Ownership } from '../../../src/engine/ownership/ownership.js';
import { FlakehoundError } from '../../../src/errors.js';
import { nodePlatform } from '../../../src/node/nodePlatform.js';
import type { Platform } from '../../../src/ports/platform.js';
import { freshManifest } from '../../../src/store/freshManifest.js';

/** Contends for a store each time that it is told to: node contender.js DIR; commands on its input. */
const [dir] = process.argv.slice(2) as [string];
const machine = nodePlatform();
const say = (line: string): void => {
  writeSync(1, `${line}\n`);
};
/** The same clock for all processes of this machine. */
const now = (): string => process.hrtime.bigint().toString();

/**
 * This process as another one in each round, which takes those of earlier rounds for dead, though
 * they go on: only the fence keeps them from acknowledging.
 */
function platformOf(round: number): Platform {
  return {
    ...machine,
    processes: {
      self: () => ({ ...machine.processes.self(), startedAt: String(round) }),
      state: ({ startedAt }) => (Number(startedAt) < round ? 'dead' : 'alive'),
    },
  };
}

type Way = 'serve' | 'die' | 'release';

async function contend(round: number, way: Way): Promise<void> {
  const platform = platformOf(round);
  const manifestEpoch = async () => (await readManifest(platform, dir))?.manifest.epoch ?? 0;
  const claim = await claimOwnership({ platform, dir, manifestEpoch, address: '' });
  if (claim.kind === 'held') {
    say(`held ${round}`);
    return;
  }
  const { ownership } = claim;
  say(`owner ${round} ${ownership.epoch} ${now()}`);
  void hold(ownership);
  // Dies, as far as others can tell, before its manifest: none is written.
  if (way !== 'die') await serve(platform, ownership);
  if (way === 'release') await ownership.release();
  say(`done ${round}`);
}

async function serve(platform: Platform, ownership: Ownership): Promise<void> {
  const found = await readManifest(platform, dir);
  const current = found?.manifest ?? freshManifest(platform.random);
  const fence = (): void => ownership.fence();
  const keeper = createManifestKeeper({ platform, dir, current, fence });
  await keeper.change((before) => ({ ...before, epoch: ownership.epoch }));
  await ownership.removeOlder();
}

/** Asks the fence again and again, as one who acknowledges would, until it stands. */
async function hold(ownership: Ownership): Promise<void> {
  let passed = '0';
  for (;;) {
    const asked = now();
    try {
      ownership.fence();
    } catch {
      say(`fenced ${ownership.epoch} ${passed}`);
      return;
    }
    passed = asked;
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}

createInterface({ input: process.stdin })
  .on('line', (line) => {
    const [round, way] = line.split(' ') as [string, Way];
    contend(Number(round), way).catch((error: unknown) => {
      const isFenced = error instanceof FlakehoundError && error.code === 'STORE_FENCED';
      say(isFenced ? `late ${round}` : `failed ${round} ${String(error)}`);
    });
  })
  .on('close', () => process.exit());
