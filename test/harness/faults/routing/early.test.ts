import '../../../../harness/faults/routing/early.js';
import * as fs from 'node:fs';
import { createRequire } from 'node:module';
import { describe, expect, test } from 'vitest';
import { nodeFs } from '../../../../harness/faults/nodeFs.js';
import { fail } from '../../../../harness/faults/plan/effects.js';
import { route } from '../../../../harness/faults/routing/router.js';
import { codeOf, planned, scratch } from './routedFs.js';

// Taken once, before any route, as modules do that keep functions for themselves.
const require = createRequire(import.meta.url);
const { renameSync, promises } = require('node:fs') as typeof fs;
const { rename } = promises;

describe('functions taken when their module was loaded', () => {
  test('are routed, since the dispatchers were there before', async () => {
    const { fileSystem, run } = planned({ on: 'rename', effect: fail('EBUSY') });
    using _route = route(fileSystem);
    expect(() => renameSync('/a', '/b')).toThrow('EBUSY');
    expect(await codeOf(rename('/a', '/b'))).toBe('EBUSY');
    expect(run.trace.length).toBe(2);
  });

  test('are idle between routes', async () => {
    using dir = scratch();
    nodeFs.writeFileSync(dir.file('a'), '');
    {
      using _route = route(planned({ on: 'rename', effect: fail('EBUSY') }).fileSystem);
    }
    renameSync(dir.file('a'), dir.file('b'));
    await rename(dir.file('b'), dir.file('c'));
    expect(nodeFs.readdirSync(dir.path)).toEqual(['c']);
    expect(fs.renameSync).toBe(renameSync);
  });
});
