import { CrashStates, type Fates } from '../../harness/faults/durability/crashStates.js';
import { Disk } from '../../harness/faults/durability/disk.js';
import { diskBackend } from '../../harness/faults/durability/diskBackend.js';
import type { Effect } from '../../harness/faults/durability/effects.js';
import { soundRules } from '../../harness/faults/durability/modelRules.js';
import type { Nodes } from '../../harness/faults/durability/nodes.js';
import { seededDraw } from '../../harness/faults/durability/subsets.js';
import {
  createFileSystem,
  type FileSystem,
} from '../../harness/faults/fileSystem/createFileSystem.js';
import { passThrough } from '../../harness/faults/interceptor.js';
import { nodeCrc32 } from '../../src/node/nodeCrc32.js';
import { nodeFiles } from '../../src/node/nodeFiles.js';
import type { NodeFs } from '../../src/node/nodeFs.js';
import type { Clock } from '../../src/ports/clock.js';
import type { Platform } from '../../src/ports/platform.js';
import type { Random } from '../../src/ports/random.js';
import { type FakeChannels, fakeChannels } from './fakeChannels.js';
import { type FakeProcesses, fakeProcesses } from './fakeProcesses.js';
import { countingRandom } from './memoryFiles.js';
import { type StoreClock, storeClock } from './storeClock.js';

/** Of the ways to lose what isn't synced so many are looked at for one crash. */
const mostFates = 64;

const bound = { exhaustive: 5, few: 1, samples: 16, exhaustiveTorn: 1, tornAt: [1, 512], cuts: 2 };

/** What goes on when the power fails. */
interface World {
  readonly clock: StoreClock;
  readonly random: Random;
}

/**
 * An imagined machine whose power may fail: what was synced survives, of the rest any part. It has
 * a disk at `/data`, processes, channels between them, and a clock that goes on through it all.
 */
export class StoreMachine {
  readonly fs: FileSystem;
  private readonly disk: Disk;
  private readonly start: Nodes;
  private readonly effects: Effect[] = [];
  private readonly world: World;
  private readonly boot: number;
  private readonly processes: FakeProcesses;
  private readonly channels: FakeChannels;
  private readonly ends: (() => void)[] = [];
  private pids = 0;

  private constructor(disk: Disk, world: World, boot: number) {
    this.world = world;
    this.disk = disk;
    this.boot = boot;
    this.processes = fakeProcesses(`boot-${boot}`);
    this.channels = fakeChannels();
    this.fs = createFileSystem(diskBackend(disk), passThrough);
    if (boot === 1) this.fs.mkdirSync('/data');
    this.start = disk.nodes();
    disk.listener = (effect) => this.effects.push(effect);
  }

  /** One with an empty `/data`. */
  static fresh(clock: StoreClock = storeClock()): StoreMachine {
    let ticks = 0;
    const disk = Disk.empty(() => ticks++);
    return new StoreMachine(disk, { clock, random: countingRandom() }, 1);
  }

  get clock(): StoreClock {
    return this.world.clock;
  }

  /** What has happened to the disk since the power came, as a number of effects. */
  get age(): number {
    return this.effects.length;
  }

  /** The platform of a process that begins now. */
  process(): Platform {
    const pid = ++this.pids;
    const { clock, end } = mortal(this.world.clock);
    this.ends.push(end);
    return {
      files: nodeFiles(this.fs as unknown as NodeFs),
      clock,
      random: this.world.random,
      processes: this.processes.of(pid),
      channels: this.channels,
      crc32: nodeCrc32,
    };
  }

  /**
   * The machine after the power failed just before an effect, which `age` counts; what was synced by
   * then is there, the rest in part, as the seed draws.
   */
  after(age: number, seed: number): StoreMachine {
    for (const end of this.ends) end();
    const { start, effects, disk } = this;
    const happened = effects.slice(0, age);
    const recording = {
      start,
      effects: happened,
      steps: happened.map(() => undefined),
      nextIno: disk.inoLimit,
    };
    const how = { model: 'posix', rules: soundRules, bound, seed, now: disk.now } as const;
    const states = new CrashStates(recording, how);
    const ways: Fates[] = [];
    for (const fates of states.fatesAt(age)) {
      ways.push(fates.slice());
      if (ways.length === mostFates) break;
    }
    const drawn = Math.floor(seededDraw(seed)() * ways.length);
    // The way in which nothing is lost is always among them.
    return new StoreMachine(states.diskAt(age, ways[drawn]!), this.world, this.boot + 1);
  }
}

/** A clock whose calls back end when its process does. */
function mortal(clock: Clock): { readonly clock: Clock; readonly end: () => void } {
  let isAlive = true;
  const alive = (action: () => void) => () => {
    if (isAlive) action();
  };
  return {
    clock: {
      now: clock.now,
      elapsed: clock.elapsed,
      after: (delay, action) => clock.after(delay, alive(action)),
      soon: (action) => clock.soon(alive(action)),
      sleep: (delay) => new Promise((done) => void clock.after(delay, alive(done))),
    },
    end: () => {
      isAlive = false;
    },
  };
}
