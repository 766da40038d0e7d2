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

/** One side of what is measured in turn. */
export interface Side {
  /** How many units of work a round of it has, such as jobs or requests. */
  readonly units: number;
  /** Is called before each round. */
  begin?(): Promise<unknown>;
  /** Goes on for a turn of some ms, but for no more than `most` units of work, and stands still then. */
  goOn(most: number): Promise<Turn>;
}

export interface Turn {
  /** The units of work that were done in it. */
  readonly units: number;
  readonly ms: number;
}

/**
 * Has all sides go on in turn until each has done the work of a round, `rounds` times over. Resolves to the ms per unit of
 * each side, round by round: what the machine does for longer than a turn is in all of them.
 */
export async function inTurn<Name extends string>(
  rounds: number,
  sides: Record<Name, Side>,
): Promise<Record<Name, number[]>>;
export async function inTurn(rounds: number, sides: Record<string, Side>): Promise<Record<string, number[]>> {
  const all = Object.entries(sides).map(([name, side]) => ({ name, side, units: 0, ms: 0, values: [] as number[] }));
  for (let round = 0; round < rounds; round++) {
    for (const one of all) {
      one.units = 0;
      one.ms = 0;
      await one.side.begin?.();
    }
    let open = all;
    while (open.length > 0) {
      for (const one of open) {
        const { units, ms } = await one.side.goOn(one.side.units - one.units);
        one.units += units;
        one.ms += ms;
      }
      open = open.filter(({ side, units }) => units < side.units);
    }
    for (const { units, ms, values } of all) values.push(ms / units);
  }
  return Object.fromEntries(all.map(({ name, values }) => [name, values]));
}

/** The means of the first values of all, of the second values, and so on. */
export function means([first = [], ...others]: readonly (readonly number[])[]): number[] {
  return first.map(
    (value, i) => others.reduce((sum, { [i]: other = Number.NaN }) => sum + other, value) / (1 + others.length),
  );
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
