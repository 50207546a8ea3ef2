/** What people are told where the certificate of a source does not stand a check. */

/** Chains that end at nobody who is trusted. @see https://nodejs.org/api/tls.html#x509-certificate-error-codes */
const UNKNOWN_AUTHORITY = new Set([
  'CERT_SIGNATURE_FAILURE',
  'CERT_UNTRUSTED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'INVALID_CA',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
])

/** What people call the settings that say whom to ask. */
export interface TlsTerms {
  readonly authority: string
  readonly address: string
}

const TERMS: TlsTerms = { authority: 'caFile', address: 'url' }

/**
 * What is wrong where a connection ended with the code and trying again would not help: with the setting
 * that helps, or that none does.
 */
export function tlsFault(
  code: string,
  { authority, address }: TlsTerms = TERMS,
): string | undefined {
  if (UNKNOWN_AUTHORITY.has(code))
    return `its certificate is from nobody who is trusted (${code}): set ${authority} to the certificate of its authority`
  switch (code) {
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
      return `its certificate is for another host name (${code}): set ${address} to the name in the certificate`
    case 'CERT_HAS_EXPIRED':
      return `its certificate has expired (${code}): renew it there; no setting passes over that`
    case 'CERT_NOT_YET_VALID':
      return `its certificate is not valid yet (${code}): look at the clocks of both machines; no setting passes over that`
    case 'EPROTO':
    case 'ERR_SSL_WRONG_VERSION_NUMBER':
    case 'ERR_SSL_PACKET_LENGTH_TOO_LONG':
      return `does not speak TLS there (${code}): set ${address} to the port of https`
    default:
      return undefined
  }
}
