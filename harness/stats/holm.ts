/**
 * Corrects probabilities for having looked at many: if nothing differs anywhere, at least one of
 * the results is below alpha with probability alpha at most, however the looks depend on another.
 *
 * @returns adjusted ones in the same order, each at least its original and at most 1
 *
 * Source: Holm (1979), step-down.
 */
export function holm(probabilities: readonly number[]): number[] {
  const order = probabilities.map((_, at) => at);
  order.sort((a, b) => (probabilities[a] ?? 1) - (probabilities[b] ?? 1));
  const adjusted = new Array<number>(probabilities.length).fill(1);
  let largest = 0;
  order.forEach((at, rank) => {
    const factor = probabilities.length - rank;
    largest = Math.max(largest, Math.min(1, factor * (probabilities[at] ?? 1)));
    adjusted[at] = largest;
  });
  return adjusted;
}
