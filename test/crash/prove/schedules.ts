import {
  oneOfTwoDies,
  starts,
  takenForDead,
  threeContenders,
  twoContenders,
} from '../../src/engine/ownership/schedules.js';

/**
 * Lets contenders for one store take each other's place at every step: two in every schedule there
 * is, also with one that dies or is taken for dead, three with up to two switches.
 */
export async function prove(): Promise<void> {
  for (const [name, start] of Object.entries(starts)) {
    const { worlds } = await twoContenders(start);
    say(`two contenders, every schedule: ${name}`, worlds);
    say(`two contenders, one dies anywhere: ${name}`, await oneOfTwoDies(start));
    say(`three contenders, up to two switches: ${name}`, await threeContenders(start, 2));
  }
  say('two contenders, taken for dead while they run', await takenForDead());
  const dying = await threeContenders(starts['an owner that died'], 1, 1);
  say('three contenders, one of which dies, up to one switch', dying);
}

const say = (what: string, worlds: number): void => console.log(`${worlds} worlds: ${what}`);
