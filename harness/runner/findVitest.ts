import { readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { FlakehoundError } from '../../src/index.js';

/** The copy of Vitest that a repo's own `vitest run` would take. */
export interface FoundVitest {
  readonly version: string;
  readonly major: 3 | 4 | 5;
  /** Absolute path of its `dist`. */
  readonly distPath: string;
}

const install = 'npm install --save-dev vitest';

/**
 * Resolves Vitest from the root of the user's repo, never from ours.
 *
 * @throws FlakehoundError `ENV_ROOT`, `ENV_NO_VITEST` or `ENV_VITEST_VERSION`
 */
export function findVitest(root: string): FoundVitest {
  if (!isDirectory(root)) {
    throw new FlakehoundError('ENV_ROOT', `${root} is not a directory`, {
      hint: 'give the folder of a repo that uses Vitest: flakehound hunt --root DIR',
    });
  }
  const manifest = manifestPath(root);
  const { version = 'without a version' } = JSON.parse(readFileSync(manifest, 'utf8')) as {
    version?: string;
  };
  return {
    version,
    major: supportedMajor(version, manifest),
    distPath: join(dirname(manifest), 'dist'),
  };
}

function isDirectory(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}

function manifestPath(root: string): string {
  try {
    return createRequire(join(root, 'package.json')).resolve('vitest/package.json');
  } catch (cause) {
    throw new FlakehoundError('ENV_NO_VITEST', `no Vitest is installed for ${root}`, {
      hint: `run ${install} there, or name another folder: flakehound hunt --root DIR`,
      cause,
    });
  }
}

/** We support 3.2 and later 3.x, all of 4 and 5. */
export function supportedMajor(version: string, where: string): 3 | 4 | 5 {
  const [major, minor] = version.split('.').map(Number);
  if (major === 4 || major === 5) return major;
  if (major === 3 && minor !== undefined && minor >= 2) return 3;
  throw new FlakehoundError(
    'ENV_VITEST_VERSION',
    `Vitest ${version} (${dirname(where)}) is not supported: expected 3.2 or later 3.x, 4 or 5`,
    { hint: `${install}@4` },
  );
}
