/**
 * Values that must not leak by accident: printing, logging or serialising one shows a placeholder,
 * and only `reveal()` gives it away.
 */
import { inspect } from 'node:util'

export interface Secret {
  reveal(): string
  toJSON(): string
  toString(): string
}

const SHOWN = '[secret]'

/** Wraps `value`; `String(…)`, `JSON.stringify` and `console.log` of the result show `shown`. */
export function secret(value: string, shown: string = SHOWN): Secret {
  const show = (): string => shown
  return Object.freeze({
    reveal: () => value,
    toJSON: show,
    toString: show,
    [inspect.custom]: show,
  })
}
