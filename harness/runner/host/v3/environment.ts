import { readFile } from 'node:fs/promises';
import { matchesGlob } from 'node:path';
import type { Project, Specification } from '../vitestFace.js';

/** The environment of one test file, as Vitest 3.2's workers take it. */
export interface FileEnvironment {
  readonly name: string;
  readonly transformMode: 'web' | 'ssr' | undefined;
  readonly options: Record<string, unknown> | null;
}

/** What only 3.2's config has. */
interface Config3 {
  readonly environment?: string;
  readonly environmentMatchGlobs?: readonly (readonly [glob: string, environment: string])[];
  readonly testTransformMode?: {
    readonly web?: readonly string[];
    readonly ssr?: readonly string[];
  };
}

/** The file's control comments decide, then the config's globs, then its default. */
export async function environmentOf(spec: Specification): Promise<FileEnvironment> {
  const code = await readFile(spec.moduleId, 'utf8');
  const config = spec.project.config as Project['config'] & Config3;
  const byGlob = config.environmentMatchGlobs?.find(([glob]) =>
    matches(spec.moduleId, glob, config.root),
  );
  const name =
    /@(?:vitest|jest)-environment\s+([\w-]+)\b/.exec(code)?.[1] ??
    byGlob?.[1] ??
    config.environment ??
    'node';
  const options = /@(?:vitest|jest)-environment-options\s+(.+)/
    .exec(code)?.[1]
    ?.replace(/\*\/$/, '');
  const modes = config.testTransformMode ?? {};
  const mode = (['web', 'ssr'] as const).find((m) =>
    modes[m]?.some((glob) => matches(spec.moduleId, glob, config.root)),
  );
  return {
    name,
    transformMode: mode,
    options: options ? { [name === 'happy-dom' ? 'happyDOM' : name]: JSON.parse(options) } : null,
  };
}

/** Globs here are absolute or relative to the project's root. */
function matches(path: string, glob: string, root: string): boolean {
  return matchesGlob(path, glob) || matchesGlob(path, `${root}/${glob}`);
}
