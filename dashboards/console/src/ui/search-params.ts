/** Reading filters out of an address: what does not fit is left out, what is usual is not written. */

type Given = Readonly<Record<string, unknown>>

/** Words; the router reads some of them as numbers. */
export function textIn(given: Given, name: string): string | undefined {
  const value = given[name]
  const text = typeof value === 'string' || typeof value === 'number' ? `${value}` : ''
  return text === '' ? undefined : text
}

/** Several values, or one. */
export function textsIn(given: Given, name: string): readonly string[] | undefined {
  const value = given[name]
  const list = Array.isArray(value) ? value : value === undefined ? [] : [value]
  const texts = list
    .filter((one) => typeof one === 'string' || typeof one === 'number')
    .map((one) => `${one}`)
  return texts.length === 0 ? undefined : texts
}

export function oneOfIn<const Value extends string>(
  given: Given,
  name: string,
  values: readonly Value[],
): Value | undefined {
  return values.find((value) => value === given[name])
}

type Kept<Values> = {
  readonly [Name in keyof Values]?: Exclude<Values[Name], undefined>
}

/** Without what is undefined, so that it is not in the address either. */
export function kept<Values extends object>(values: Values): Kept<Values> {
  const entries = Object.entries(values).filter(([, value]) => value !== undefined)
  // guarantee: only fields that are undefined are left out
  return Object.fromEntries(entries) as Kept<Values>
}
