import { inspect } from 'node:util'
import { expect, it } from 'vitest'
import { channelsSchema, heartbeatSchema, viewChannel } from '../../src/notify/channel.ts'
import { channel, SECRET } from './samples.ts'

const HOOK = 'https://user:pass@hooks.example:8443/T0/B0/hidden?sig=hidden'

function faults(settings: unknown): string[] {
  const parsed = channelsSchema.safeParse(settings)
  const issues = parsed.success ? [] : parsed.error.issues
  expect(JSON.stringify(issues)).not.toMatch(/hidden|pass/)
  return issues.map(({ path, message }) => `${path.join('.')}: ${message}`)
}

it('takes a webhook and a Slack channel and fills in what was not said', () => {
  const channels = channelsSchema.parse([
    { id: 'ops', type: 'webhook', url: HOOK, secrets: [SECRET] },
    { id: 'chat', type: 'slack', url: HOOK, minPriority: 2, events: ['incident.opened'] },
  ])
  expect(channels.map(viewChannel)).toEqual([
    {
      id: 'ops',
      type: 'webhook',
      origin: 'https://hooks.example:8443',
      events: [
        'incident.opened',
        'incident.priority_raised',
        'incident.service_added',
        'incident.resolved',
        'incident.reopened',
      ],
      minPriority: 5,
      allowPrivate: false,
      signed: true,
    },
    {
      id: 'chat',
      type: 'slack',
      origin: 'https://hooks.example:8443',
      events: ['incident.opened'],
      minPriority: 2,
      allowPrivate: false,
      signed: false,
    },
  ])
})

it('shows neither secrets nor addresses when printed, logged or serialised', () => {
  const held = channel({ url: HOOK })
  for (const shown of [JSON.stringify(held), inspect(held, { depth: 9 }), `${held.url}`]) {
    expect(shown).not.toMatch(/hidden|pass|whsec_/)
    expect(shown).toContain('https://hooks.example:8443')
  }
  expect(held.url.reveal()).toBe(HOOK)
})

const ok = { id: 'a', type: 'webhook', url: HOOK, secrets: [SECRET] }

it.each([
  ['two of one id', [ok, ok], ['1.id: is already taken']],
  [
    'no secret',
    [{ ...ok, secrets: [] }],
    ['0.secrets: Too small: expected array to have >=1 items'],
  ],
  [
    'a short secret',
    [{ ...ok, secrets: ['whsec_aGlkZGVu'] }],
    [
      '0.secrets.0: must be whsec_ and the base64 of 24 to 64 random bytes (openssl rand -base64 32)',
    ],
  ],
  ['no URL', [{ ...ok, url: 'hidden' }], ['0.url: must be an http or https URL']],
  ['another scheme', [{ ...ok, url: 'file:///hidden' }], ['0.url: must be an http or https URL']],
  [
    'plain http',
    [{ ...ok, url: 'http://h.example/hidden' }],
    ['0.url: must be https unless allowPrivate is set'],
  ],
  ['an id with a colon', [{ ...ok, id: 'a:b' }], ['0.id: must be 1 to 63 of A-Z a-z 0-9 _ -']],
  ['a misspelt key', [{ ...ok, minPrio: 1 }], ['0: Unrecognized key: "minPrio"']],
  [
    'secrets for Slack',
    [{ id: 'a', type: 'slack', url: HOOK, secrets: [SECRET] }],
    ['0: Unrecognized key: "secrets"'],
  ],
])('refuses %s and names the fault without the value', (_case, settings, expected) => {
  expect(faults(settings)).toEqual(expected)
})

it('allows plain http where private addresses are allowed', () => {
  expect(faults([{ ...ok, url: 'http://10.0.0.1/', allowPrivate: true }])).toEqual([])
})

it('reads the heartbeat settings with the same care', () => {
  expect(heartbeatSchema.parse({ url: HOOK })).toMatchObject({
    intervalSeconds: 60,
    method: 'GET',
    allowPrivate: false,
  })
  expect(heartbeatSchema.safeParse({ url: 'http://h.example/' }).success).toBe(false)
})
