import { greet } from 'greeter';

export function forecast(): string {
  return `${greet('you')}: ${temperature()}`;
}

export function temperature(): number {
  return 20;
}
