const signs = { EUR: '€', USD: '$' };

export type Currency = keyof typeof signs;

let current: Currency = 'EUR';

export function setCurrency(currency: Currency): void {
  current = currency;
}

export function price(cents: number): string {
  return `${(cents / 100).toFixed(2)} ${signs[current]}`;
}
