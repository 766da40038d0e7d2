// Alternates the rounds of two sides, and prints the table of their ratios.

/** Runs `count` rounds of each side in turn, after one that does not count. Resolves to the results of each side. */
export async function alternate<Result>(count: number, ...sides: (() => Promise<Result>)[]): Promise<Result[][]> {
  const results = sides.map((): Result[] => []);
  for (let round = 0; round <= count; round++) {
    for (const [index, run] of sides.entries()) results[index]?.push(await run());
  }
  return results.map((ofSide) => ofSide.slice(1));
}

/** Prints a row, its values in `unit`. `wanted` says what the median of the rounds' ratios should be. */
export function printRow(whatOver: string, [here = [], there = []]: number[][], unit: string, wanted: string): void {
  const ratios = here.map((value, round) => value / (there[round] ?? Number.NaN));
  const show = (values: number[]) => `${Number(median(values).toPrecision(3)).toLocaleString('en')} ${unit}`;
  const range = [Math.min(...ratios), Math.max(...ratios)].map((ratio) => ratio.toFixed(2)).join('–');
  console.log(`| ${whatOver} | ${show(here)} | ${show(there)} | ${median(ratios).toFixed(2)} | ${range} | ${wanted} |`);
}

/** The one in the middle, of an odd number of values. */
function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}
