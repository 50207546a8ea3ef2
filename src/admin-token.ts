/** The admin token: set by the user, else made at the first start and kept in the data folder. */
import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Config } from './config.ts'

/** `given`: the user set it, so it need not be shown. Otherwise the file has mode 600. */
export function adminToken(config: Config): { readonly value: string; readonly given: boolean } {
  if (config.adminToken !== null) return { value: config.adminToken, given: true }
  const file = join(config.data, 'admin-token')
  if (existsSync(file)) return { value: readFileSync(file, 'utf8').trim(), given: false }
  const value = `flt_${randomBytes(24).toString('base64url')}`
  mkdirSync(config.data, { recursive: true })
  writeFileSync(file, `${value}\n`, { mode: 0o600 })
  return { value, given: false }
}
