// Measuring pairs in turn, and the table of their ratios.

/** One line of the table: what was measured of the project over what was measured of something else, round by round. */
export interface Row {
  readonly what: string;
  /** What it is compared with. */
  readonly over: string;
  readonly ours: readonly number[];
  readonly theirs: readonly number[];
  /** Of `ours` and `theirs`, as it stands after a number. */
  readonly unit: string;
  /** The mark, where there is one: what the median of the ratios should be at least or at most. */
  readonly atLeast?: number;
  readonly atMost?: number;
}

/**
 * Does each of `ways` in turn, `turns` times over, and that `rounds` times. Resolves to what each has resolved to, round by
 * round: the mean of its turns, which what a machine does for a moment hardly changes.
 */
export async function inTurn<Name extends string>(
  rounds: number,
  turns: number,
  ways: Record<Name, () => Promise<number>>,
): Promise<Record<Name, number[]>>;
export async function inTurn(rounds: number, turns: number, ways: Record<string, () => Promise<number>>) {
  const results = Object.entries(ways).map(([name, measure]) => ({ name, measure, sum: 0, values: [] as number[] }));
  for (let round = 0; round < rounds; round++) {
    for (const result of results) result.sum = 0;
    for (let turn = 0; turn < turns; turn++) {
      for (const result of results) result.sum += await result.measure();
    }
    for (const { sum, values } of results) values.push(sum / turns);
  }
  return Object.fromEntries(results.map(({ name, values }) => [name, values]));
}

/** A way to measure that measures `times` times, and resolves to the mean. */
export function mean(times: number, measure: () => Promise<number>): () => Promise<number> {
  return async () => {
    const { all } = await inTurn(1, times, { all: measure });
    return all[0] ?? Number.NaN;
  };
}

/** The table in Markdown, as README.md shows it. */
export function table(rows: readonly Row[]): string {
  const head = ['measured', 'here', 'over', 'there', 'ratio', 'min', 'max', 'mark'];
  const body = rows.map(({ what, over, ours, theirs, unit, atLeast, atMost }) => {
    const ratios = ours.map((value, round) => value / (theirs[round] ?? Number.NaN));
    const ratio = median(ratios);
    const isMissed = ratio < (atLeast ?? 0) || ratio > (atMost ?? Number.POSITIVE_INFINITY);
    const mark = atLeast ? `≥ ${atLeast}` : atMost ? `≤ ${atMost}` : '';
    return [
      what,
      short(median(ours)) + unit,
      over,
      short(median(theirs)) + unit,
      ratio.toPrecision(3),
      Math.min(...ratios).toPrecision(3),
      Math.max(...ratios).toPrecision(3),
      isMissed ? `${mark}, missed` : mark,
    ];
  });
  const lines = [head, head.map(() => '---'), ...body];
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

function short(value: number): string {
  return Number(value.toPrecision(3)).toLocaleString('en', { maximumFractionDigits: 4 });
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2;
}
