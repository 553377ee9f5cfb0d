import { assertNever } from '../../../src/index.js';
import type { Effect, FaultRule } from './faultPlan.js';

/** A rule as the call that makes it: `on('rename', { nth: 2 }).fail('EBUSY')`. */
export function ruleText(rule: FaultRule): string {
  const { path, nth, times, probability, afterBytes, effect } = rule;
  const given = Object.entries({ path, nth, times, probability, afterBytes })
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}: ${quoted(value)}`);
  const where = given.length === 0 ? '' : `, { ${given.join(', ')} }`;
  const on = typeof rule.on === 'string' ? quoted(rule.on) : `[${rule.on.map(quoted).join(', ')}]`;
  return `on(${on}${where}).${effectText(effect)}`;
}

/** An effect as the call that makes it: `tear(7, 'EIO')`. */
export function effectText(effect: Effect): string {
  switch (effect.kind) {
    case 'fail':
    case 'loseSync':
      return `${effect.kind}(${quoted(effect.code)})`;
    case 'delay':
      return `delay(${effect.ms})`;
    case 'shorten':
    case 'diskFull':
      return `${effect.kind}(${effect.bytes})`;
    case 'tear':
      return `tear(${effect.bytes}, ${quoted(effect.code)})`;
    case 'crash':
      return 'crash()';
    default:
      return assertNever(effect);
  }
}

function quoted(value: unknown): string {
  if (typeof value !== 'string') return String(value);
  return `'${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
