// Compiles the binaries that the package ships: node prebuild.mjs [x64] [arm64]
// For developers; needs Node's headers (NODE_HEADERS, else beside this Node) and g++ for each target.
import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { flags, sources } from './sources.mjs';

const compilers = { x64: 'x86_64-linux-gnu-g++', arm64: 'aarch64-linux-gnu-g++' };
const here = dirname(fileURLToPath(import.meta.url));
const headers =
  process.env.NODE_HEADERS ?? join(dirname(dirname(process.execPath)), 'include', 'node');

mkdirSync(join(here, 'prebuilds'), { recursive: true });
const asked = process.argv.slice(2);
for (const arch of asked.length > 0 ? asked : [process.arch]) {
  const output = join('prebuilds', `linux-${arch}.node`);
  const args = [...flags, `-I${headers}`, ...sources, '-o', output];
  execFileSync(compilers[arch], args, { cwd: here, stdio: 'inherit' });
  console.log(output);
}
