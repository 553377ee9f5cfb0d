import { readdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { copySuite, eventsOf, type Finished, reportOf, type Suite } from '../support/e2e.js';

interface Found {
  querySelectorAll(selector: string): { readonly length: number };
}

/** As far as we use jsdom, which has no types of its own. */
interface Jsdom {
  readonly JSDOM: new (
    text: string | undefined,
    how: { contentType: string },
  ) => {
    readonly window: { readonly document: Found & { querySelector(s: string): Found | null } };
  };
}
const { JSDOM } = createRequire(import.meta.url)('jsdom') as Jsdom;

const kinds = ['junit', 'md', 'github'] as const;
let suite: Suite;
let hunt: Finished;
const texts = new Map<string, string>();

beforeAll(async () => {
  suite = await copySuite('small');
  const targets = kinds.flatMap((kind) => ['--report', `${kind}=${join(suite.outside, kind)}`]);
  hunt = await suite.hunt(['--runs', '4', ...targets]);
  for (const kind of kinds) texts.set(kind, await readFile(join(suite.outside, kind), 'utf8'));
});
afterAll(() => suite.remove());

test('the JSON report is valid by the schema that ships', async () => {
  const path = new URL('../../harness/report/report.schema.json', import.meta.url);
  const schema = JSON.parse(await readFile(path, 'utf8')) as object;
  const validate = new Ajv({ strict: false, validateFormats: false }).compile(schema);
  validate(reportOf(hunt));
  expect(validate.errors).toBeNull();
});

test('the junit report is XML and holds the flaky attempts', () => {
  const dom = new JSDOM(texts.get('junit'), { contentType: 'text/xml' });
  const { document } = dom.window;
  expect(document.querySelectorAll('testcase')).toHaveLength(22);
  const flaky = document.querySelector('testcase[name*="runs 3 and 4"]');
  expect(flaky?.querySelectorAll('flakyFailure, rerunFailure').length).toBeGreaterThan(0);
});

test('the md and github reports name the flaky test with rate and n', () => {
  for (const kind of ['md', 'github']) {
    expect(texts.get(kind), kind).toContain('fails in runs 3 and 4 of four');
    expect(texts.get(kind), kind).toMatch(/50(\.0)?.?%/);
  }
});

test('the terminal shows verdict, rate, n and how to reproduce, without colour in a pipe', () => {
  expect(hunt.stdout).toContain('fails in runs 3 and 4 of four');
  expect(hunt.stdout).toMatch(/flakehound hunt .*--until-failure/);
  expect(hunt.stdout).toMatch(/21 stable/);
  expect(hunt.stdout + hunt.stderr).not.toContain('\u001b');
});

test('--json prints events, one a line, that tell the same story', async () => {
  const events = eventsOf(await suite.hunt(['one', '--runs', '2', '--json']));
  expect(events.at(0)?.type).toBe('huntStarted');
  expect(events.at(-1)?.type).toBe('huntFinished');
  const types = (type: string) => events.filter((e) => e.type === type);
  expect(types('runStarted')).toHaveLength(2);
  expect(types('runFinished')).toHaveLength(2);
  expect(types('attemptFinished')).toHaveLength(10);
  expect(types('fileFinished')).toHaveLength(2);
});

test('a hunt is stored and report shows it again', async () => {
  await suite.hunt(['one', '--runs', '2']);
  const shown = await suite.flakehound(['report']);
  expect(shown.exitCode).toBe(0);
  expect(shown.stdout).toMatch(/5 stable/);
  expect(await readdir(join(suite.root, '.flakehound'))).toContain('.gitignore');
});

test('doctor says what a hunt would do', async () => {
  const doctor = await suite.flakehound(['doctor']);
  expect(doctor.exitCode).toBe(0);
  expect(doctor.stdout).toContain(reportOf(hunt).hunt.vitest);
});
