/** Whom a source's certificate is checked against. */
import { X509Certificate } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { AppError } from '../../core/errors.ts'
import type { PullHttp } from './http.ts'

const PEM = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g

/** How many certificates a text in PEM has; 0 also where one of them cannot be read. */
export function countCertificates(text: string): number {
  const found = text.match(PEM) ?? []
  try {
    return found.map((pem) => new X509Certificate(pem)).length
  } catch {
    return 0
  }
}

/**
 * Requests that trust the authorities in a file, and no others, unless they bring their own. The file is
 * read at every pull: authorities are renewed while servers run.
 *
 * @param caFile certificates in PEM; `undefined`: those that Node.js trusts
 * @throws AppError `payload_invalid` that names the setting
 */
export async function trusting(http: PullHttp, caFile: string | undefined): Promise<PullHttp> {
  if (caFile === undefined) return http
  const ca = await readFile(caFile, 'utf8').catch(() => {
    throw new AppError('payload_invalid', `caFile ${caFile} cannot be read`)
  })
  if (countCertificates(ca) === 0)
    throw new AppError('payload_invalid', `caFile ${caFile} holds no certificates in PEM`)
  return {
    ...http,
    json: (request) => http.json({ ...request, tls: { ca, ...request.tls } }),
  }
}
