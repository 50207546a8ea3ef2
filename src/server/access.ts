/** Who may ask, as it is configured, and who does. */

export interface Access {
  readonly adminToken: string
  readonly sourceTokens: readonly { readonly source: string; readonly token: string }[]
  /** What tools that sign their posts sign them with. */
  readonly sourceSecrets?: readonly { readonly source: string; readonly secret: string }[]
  /** ARNs of SNS topics that may post to `cloudwatch`. */
  readonly snsTopics?: readonly string[]
  /** Whether the server listens on a loopback address: then tools on this machine need no token. */
  readonly loopback: boolean
  /** Names other than those of this machine that a `Host` header may have on a loopback address. */
  readonly hosts: readonly string[]
}

export type Caller =
  | { readonly kind: 'anonymous' }
  /** A token was given and is none of ours. */
  | { readonly kind: 'unknown' }
  /** May import into the CMDB, and nothing else. */
  | { readonly kind: 'importer' }
  | { readonly kind: 'admin'; readonly name: string }
