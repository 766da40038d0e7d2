// Alternates the rounds of the sides, and prints the table of their ratios.

export const TABLE_HEAD = '| what | here | over | there | ratio | min–max | threshold |\n|---|---|---|---|---|---|---|';

/** One side of a row: its name, and what its rounds gave, in ms or per second. */
type Side = readonly [name: string, values: readonly number[]];

/**
 * Runs `rounds` rounds of each side, one here and one there: what the machine does meanwhile slows down all of them. Every
 * other round begins with the last side. Resolves to the results of each side.
 */
export async function alternate<Result>(rounds: number, ...sides: (() => Promise<Result>)[]): Promise<Result[][]> {
  const results = sides.map((): Result[] => []);
  for (let round = 0; round < rounds; round++) {
    const order = [...sides.entries()];
    for (const [index, run] of round % 2 ? order.reverse() : order) results[index]?.push(await run());
  }
  return results;
}

/** Prints a row. The median of the rounds' ratios should be at most `threshold` where the unit is ms, else at least. */
export function printRow([what, ours]: Side, [over, theirs]: Side, unit: 'ms' | '/s', threshold: number): void {
  const ratios = ours.map((value, round) => value / (theirs[round] ?? Number.NaN));
  const isMissed = unit === 'ms' ? median(ratios) > threshold : median(ratios) < threshold;
  const goal = `${unit === 'ms' ? '≤' : '≥'} ${threshold}${isMissed ? ', missed' : ''}`;
  const range = `${Math.min(...ratios).toFixed(2)}–${Math.max(...ratios).toFixed(2)}`;
  const [here, there] = [ours, theirs].map(
    (values) => `${Number(median(values).toPrecision(3)).toLocaleString('en')} ${unit}`,
  );
  console.log(`| ${what} | ${here} | ${over} | ${there} | ${median(ratios).toFixed(2)} | ${range} | ${goal} |`);
}

/** The one in the middle, of an odd number of values. */
function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}
