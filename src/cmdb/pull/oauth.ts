/**
 * Access tokens by the client credentials grant of OAuth 2.0: asked for when first needed, one request
 * at a time, kept until shortly before they expire. Only in memory.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-4.4
 */
import { z } from 'zod'
import { AppError } from '../../core/errors.ts'

export interface OAuthGrant {
  readonly tokenUrl: string
  readonly clientId: string
  readonly clientSecret: string
  readonly scope?: string
}

/** As the header `authorization`. */
export interface Token {
  readonly header: string
  /** Until then it is good enough to send. */
  readonly untilMs: number
}

const Answer = z.object({
  access_token: z.string().regex(/^[\x21-\x7e]{1,16384}$/),
  token_type: z
    .string()
    .regex(/^bearer$/i)
    .optional(),
  /** Seconds; where it is left out, as RFC 6749 allows, a few minutes are counted on. */
  expires_in: z.coerce.number().positive().max(31_536_000).default(300),
})

/** Ahead of its end, but never for more than half of its life. */
const EARLY_MS = 60_000

/** Posts a form to the address of a grant and returns the body of the answer. */
export type AskToken = (url: string, form: string) => Promise<unknown>

export class Tokens {
  private readonly now: () => number
  private readonly held = new Map<string, Promise<Token>>()

  constructor(now: () => number) {
    this.now = now
  }

  /**
   * A token that is good for now, and is not the one that was refused.
   *
   * @throws AppError `store_unavailable` as `ask` does, and where the answer has no token; nothing in
   *   it is of the grant
   */
  async get(grant: OAuthGrant, ask: AskToken, refused?: Token): Promise<Token> {
    const key = JSON.stringify([grant.tokenUrl, grant.clientId, grant.clientSecret, grant.scope])
    for (;;) {
      const held = this.held.get(key)
      const known = held ?? this.begin(key, grant, ask)
      const token = await known
      // One that was given just now is sent however short it lives: the next one would live no longer.
      if (token !== refused && (held === undefined || token.untilMs > this.now())) return token
      // Of several that find it too old only the first asks for another.
      if (this.held.get(key) === known) this.held.delete(key)
    }
  }

  private begin(key: string, grant: OAuthGrant, ask: AskToken): Promise<Token> {
    const begun = this.request(grant, ask)
    this.held.set(key, begun)
    begun.catch(() => {
      if (this.held.get(key) === begun) this.held.delete(key)
    })
    return begun
  }

  private async request(grant: OAuthGrant, ask: AskToken): Promise<Token> {
    const { tokenUrl, clientId, clientSecret, scope } = grant
    const form = new URLSearchParams({
      ...{ grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret },
      ...(scope === undefined ? {} : { scope }),
    })
    const askedAt = this.now()
    const parsed = Answer.safeParse(await ask(tokenUrl, form.toString()))
    if (!parsed.success) {
      const { origin, pathname } = new URL(tokenUrl)
      throw new AppError('store_unavailable', `${origin}${pathname}: answers with no bearer token`)
    }
    const lifeMs = parsed.data.expires_in * 1000
    return {
      header: `Bearer ${parsed.data.access_token}`,
      untilMs: askedAt + lifeMs - Math.min(EARLY_MS, lifeMs / 2),
    }
  }
}
