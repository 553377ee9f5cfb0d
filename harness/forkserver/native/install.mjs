// Where the shipped binary does not load here, compiles one with node-gyp if that is to be had.
// Never fails an install: without the addon, hunts take the portable path and say so.
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));

function loads(path) {
  try {
    process.dlopen({ exports: {} }, path);
    return true;
  } catch {
    return false;
  }
}

/** npm brings its own node-gyp and names it to install scripts. */
function nodeGyp() {
  const named = process.env.npm_config_node_gyp;
  if (named && existsSync(named)) return named;
  try {
    return createRequire(import.meta.url).resolve('node-gyp/bin/node-gyp.js');
  } catch {
    return null;
  }
}

function compile() {
  const gyp = nodeGyp();
  if (gyp === null) return 'node-gyp was not found';
  try {
    const how = { cwd: here, stdio: ['ignore', 'ignore', 'pipe'] };
    execFileSync(process.execPath, [gyp, 'rebuild'], how);
    return null;
  } catch (error) {
    const [why] = String(error.stderr ?? error.message)
      .trim()
      .split('\n')
      .slice(-1);
    return why;
  }
}

if (process.platform === 'linux') {
  const shipped = join(here, 'prebuilds', `linux-${process.arch}.node`);
  if (!loads(shipped)) {
    const why = compile();
    if (why !== null) console.log(`flakehound: no fork server here, hunts are slower (${why})`);
  }
}
