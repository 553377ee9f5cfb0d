import { readFileSync } from 'node:fs';

/** The version of a package as installed; the findings hold for that one. */
export function installedVersion(name: string): string {
  const url = new URL(`../../node_modules/${name}/package.json`, import.meta.url);
  return (JSON.parse(readFileSync(url, 'utf8')) as { version: string }).version;
}
