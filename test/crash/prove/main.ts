import { readdirSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A long form of the proof: a module of this folder. */
interface LongForm {
  /** Prints what it does and finds; whether all was well. Nothing said is as good. */
  prove(options: Readonly<Record<string, string>>): Promise<boolean | undefined>;
}

const usage = `npm run prove -- [NAME] [--OPTION VALUE]...

Runs the long form NAME of the proof, or each after the other. Each says in its own file what
options it takes. NAME is one of`;

const here = fileURLToPath(import.meta.url);
const names = readdirSync(dirname(here))
  .filter((name) => name.endsWith('.js') && name !== basename(here))
  .map((name) => basename(name, '.js'))
  .sort();

const given = process.argv.slice(2);
const name = given[0]?.startsWith('--') === false ? given.shift() : undefined;
if (given.includes('--help') || (name !== undefined && !names.includes(name))) {
  console.log(`${usage} ${names.join(', ')}.`);
  process.exitCode = given.includes('--help') ? 0 : 2;
} else {
  for (const one of name === undefined ? names : [name]) {
    const form = (await import(`./${one}.js`)) as LongForm;
    console.log(`\n== ${one}`);
    if ((await form.prove(optionsOf(given))) === false) process.exitCode = 1;
  }
}

/** `--name value` and `--name` alone, by name. */
function optionsOf(words: readonly string[]): Record<string, string> {
  const options: Record<string, string> = {};
  words.forEach((word, at) => {
    if (!word.startsWith('--')) return;
    const next = words[at + 1];
    options[word.slice(2)] = next === undefined || next.startsWith('--') ? '' : next;
  });
  return options;
}
