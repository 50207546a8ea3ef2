/** Fields that the settings of several pull importers have. */
import { z } from 'zod'

/** Where the tool is, without a slash at the end. */
export const Url = z.url({ protocol: /^https?$/ }).transform((text) => text.replace(/\/+$/, ''))

/** The name of an environment variable, never its value. */
export const Variable = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_]{0,127}$/, 'must be the name of an environment variable')

/** Basic credentials of two variables' values. */
export function basic(user: string, password: string): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`
}

/** Whether settings give all fields of one of the ways to log in, and none of the others. */
export function isOneWay(
  settings: Readonly<Record<string, unknown>>,
  ...ways: readonly (readonly string[])[]
): boolean {
  const given = ways.flat().filter((field) => settings[field] !== undefined)
  return ways.some((way) => way.length === given.length && way.every((one) => given.includes(one)))
}
