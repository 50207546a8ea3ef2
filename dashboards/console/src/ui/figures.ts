/** Numbers as people read them. */

/** As many decimals as a sum by hand needs. */
export function decimal(value: number): string {
  const text = Math.abs(value) < 0.005 ? '0.00' : value.toFixed(2)
  return text.replace('-', '−')
}

/** Whole per cent; what is neither nothing nor everything is not rounded to it. */
export function percent(share: number): string {
  if (share > 0 && share < 0.01) return '<1 %'
  if (share < 1 && share > 0.99) return '>99 %'
  return `${Math.round(share * 100)} %`
}
