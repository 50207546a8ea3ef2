/**
 * How well one partition of the alerts agrees with another: the measures of the clustering literature,
 * implemented here and checked against examples worked by hand.
 */

export interface Agreement {
  /** Adjusted Rand index (Hubert and Arabie 1985): 0 is chance, 1 is equal. */
  readonly ari: number
  /** Adjusted mutual information, arithmetic mean (Vinh, Epps and Bailey 2010). */
  readonly ami: number
  /** B-cubed precision and recall (Bagga and Baldwin 1998) and their harmonic mean. */
  readonly precision: number
  readonly recall: number
  readonly f: number
  readonly pairPrecision: number
  readonly pairRecall: number
  /** Rosenberg and Hirschberg 2007. */
  readonly homogeneity: number
  readonly completeness: number
  /** Share of items that belong to the largest true group of their predicted one. */
  readonly purity: number
}

interface Table {
  readonly n: number
  readonly cells: readonly {
    readonly count: number
    readonly row: number
    readonly column: number
  }[]
  readonly rows: readonly number[]
  readonly columns: readonly number[]
  readonly best: number
}

function tableOf(truth: readonly string[], predicted: readonly string[]): Table {
  const rows = countsOf(truth)
  const columns = countsOf(predicted)
  const joint = new Map<string, Map<string, number>>()
  for (const [i, group] of predicted.entries()) {
    const row = joint.get(group) ?? new Map<string, number>()
    const own = truth[i] ?? ''
    row.set(own, (row.get(own) ?? 0) + 1)
    joint.set(group, row)
  }
  const cells = [...joint].flatMap(([group, row]) =>
    [...row].map(([own, count]) => ({
      count,
      row: rows.get(own) ?? 0,
      column: columns.get(group) ?? 0,
    })),
  )
  const best = [...joint.values()].reduce((sum, row) => sum + Math.max(...row.values()), 0)
  return { n: truth.length, cells, rows: [...rows.values()], columns: [...columns.values()], best }
}

export function countsOf(list: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const one of list) counts.set(one, (counts.get(one) ?? 0) + 1)
  return counts
}

const pairs = (n: number): number => (n * (n - 1)) / 2
const sum = (list: readonly number[]): number => list.reduce((all, one) => all + one, 0)

/** F of precision and recall; 0 where both are. */
export function harmonic(precision: number, recall: number): number {
  return precision + recall === 0 ? 0 : (2 * precision * recall) / (precision + recall)
}

/** `truth[i]` and `predicted[i]` are the groups of item `i`. Nothing to compare counts as agreement. */
export function agreement(truth: readonly string[], predicted: readonly string[]): Agreement {
  const table = tableOf(truth, predicted)
  const { n, cells, rows, columns, best } = table
  const both = sum(cells.map(({ count }) => pairs(count)))
  const inRows = sum(rows.map(pairs))
  const inColumns = sum(columns.map(pairs))
  const expected = n > 1 ? (inRows * inColumns) / pairs(n) : 0
  const most = (inRows + inColumns) / 2
  const precision = n === 0 ? 1 : sum(cells.map(({ count, column }) => count ** 2 / column)) / n
  const recall = n === 0 ? 1 : sum(cells.map(({ count, row }) => count ** 2 / row)) / n
  const hRows = entropy(rows, n)
  const hColumns = entropy(columns, n)
  const mutual = sum(
    cells.map(({ count, row, column }) => (count / n) * Math.log((n * count) / (row * column))),
  )
  return {
    ari: most === expected ? 1 : (both - expected) / (most - expected),
    ami: adjusted(table, mutual, (hRows + hColumns) / 2),
    precision,
    recall,
    f: harmonic(precision, recall),
    pairPrecision: inColumns === 0 ? 1 : both / inColumns,
    pairRecall: inRows === 0 ? 1 : both / inRows,
    homogeneity: hRows === 0 ? 1 : mutual / hRows,
    completeness: hColumns === 0 ? 1 : mutual / hColumns,
    purity: n === 0 ? 1 : best / n,
  }
}

function entropy(counts: readonly number[], n: number): number {
  return -sum(counts.map((count) => (count / n) * Math.log(count / n)))
}

function adjusted({ n, rows, columns }: Table, mutual: number, mean: number): number {
  const expected = expectedMutual(n, rows, columns)
  return Math.abs(mean - expected) < 1e-12 ? 1 : (mutual - expected) / (mean - expected)
}

/** The mean over all partitions with these sizes (hypergeometric). Groups of one size are counted together. */
function expectedMutual(n: number, rows: readonly number[], columns: readonly number[]): number {
  const logFactorial = [0]
  for (let i = 1; i <= n; i += 1) logFactorial.push((logFactorial[i - 1] ?? 0) + Math.log(i))
  const log = (i: number): number => logFactorial[i] ?? 0
  let total = 0
  for (const [a, timesA] of sizesOf(rows)) {
    for (const [b, timesB] of sizesOf(columns)) {
      const fixed = log(a) + log(b) + log(n - a) + log(n - b) - log(n)
      let cell = 0
      for (let k = Math.max(1, a + b - n); k <= Math.min(a, b); k += 1) {
        const chance = fixed - log(k) - log(a - k) - log(b - k) - log(n - a - b + k)
        cell += (k / n) * Math.log((n * k) / (a * b)) * Math.exp(chance)
      }
      total += timesA * timesB * cell
    }
  }
  return total
}

function sizesOf(counts: readonly number[]): Map<number, number> {
  const sizes = new Map<number, number>()
  for (const count of counts) sizes.set(count, (sizes.get(count) ?? 0) + 1)
  return sizes
}

export interface Matching {
  /** Share of predicted groups that have Jaccard ≥ .5 with a true one, and of true ones that have such a predicted one. */
  readonly precision: number
  readonly recall: number
  /** Predicted groups for each true one, and true ones for each predicted one: 1 is best. */
  readonly fragmentation: number
  readonly contamination: number
  /** Merges and moves that a person would need, for each true group. */
  readonly actions: number
}

/**
 * Group by group. Two groups match where what they share is at least half of what they hold together,
 * so no group matches two. An action is a merge of a fragment into the group that holds most of an
 * incident, or a move of what belongs to one incident out of another's group.
 */
export function matching(truth: readonly string[], predicted: readonly string[]): Matching {
  const rows = countsOf(truth)
  const columns = countsOf(predicted)
  const shared = countsOf(truth.map((own, i) => JSON.stringify([own, predicted[i]])))
  const cells = [...shared].map(([key, count]) => {
    const [own = '', group = ''] = JSON.parse(key) as string[]
    return { own, group, count }
  })
  const matched = cells.filter(
    ({ own, group, count }) =>
      count / ((rows.get(own) ?? 0) + (columns.get(group) ?? 0) - count) >= 0.5,
  ).length
  return {
    precision: columns.size === 0 ? 1 : matched / columns.size,
    recall: rows.size === 0 ? 1 : matched / rows.size,
    fragmentation: rows.size === 0 ? 1 : cells.length / rows.size,
    contamination: columns.size === 0 ? 1 : cells.length / columns.size,
    actions: rows.size === 0 ? 0 : (cells.length - rows.size) / rows.size,
  }
}
