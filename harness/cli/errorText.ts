import { FlakehoundError } from '../../src/index.js';
import type { OutStream } from './io.js';

/** Words an error for the terminal: what failed, then what to type; a bug with its stack. */
export function errorText(error: unknown, { colour }: Pick<OutStream, 'colour'>): string {
  const red = (text: string): string => (colour ? `\u001b[31m${text}\u001b[39m` : text);
  if (error instanceof FlakehoundError) {
    return `${red('error:')} ${error.message} (${error.code})\n  ${error.hint}\n`;
  }
  const stack = error instanceof Error ? (error.stack ?? String(error)) : String(error);
  return (
    `${red('bug:')} this is an error of flakehound, not of your suite\n${stack}\n` +
    '  please report it with these lines and the output of flakehound doctor\n'
  );
}
