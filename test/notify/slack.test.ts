import fc from 'fast-check'
import { expect, it } from 'vitest'
import { escapeSlack, sendSlack, toSlackMessage } from '../../src/notify/slack.ts'
import { createFakeClock } from '../support/clock.ts'
import { startReceiver, status } from './receiver.ts'
import { AT, channel, news } from './samples.ts'

it('says it in the fallback text, in blocks, and in the colour of the priority', () => {
  const message = toSlackMessage(news('INC-000007', 0))
  expect(message.text).toBe(
    '*INC-000007 P2 opened: checkout error rate above 5 %* ' +
      '<https://faultline.example/incidents/INC-000007|Open in Faultline>',
  )
  expect(message.attachments).toEqual([
    {
      color: '#e8590c',
      fallback: 'INC-000007 P2 opened: checkout error rate above 5 %',
      blocks: [
        { type: 'section', text: { type: 'mrkdwn', text: 'a critical alert' } },
        {
          type: 'section',
          fields: [
            { type: 'mrkdwn', text: '*Priority*\nP2, critical' },
            { type: 'mrkdwn', text: '*Service*\nsvc-checkout' },
            { type: 'mrkdwn', text: '*Alerts*\n3 (3 firing, 3 new)' },
            { type: 'mrkdwn', text: '*Root cause*\nnot analysed yet' },
          ],
        },
        {
          type: 'context',
          elements: [
            {
              type: 'mrkdwn',
              text: '<!date^1769853600^{date_short_pretty} {time}|2026-01-31T10:00:00.000Z> · engine',
            },
          ],
        },
      ],
    },
  ])
})

it('shows an end in green, with what resolved it', () => {
  const ended = news('INC-1', 3, { resolution: 'restarted <db>', owner: 'ana' })
  const [attachment] = toSlackMessage(ended).attachments
  expect(attachment?.color).toBe('#2f9e44')
  expect(JSON.stringify(attachment)).toContain('*Resolution*\\nrestarted &lt;db&gt;')
})

it('says whom it hurts', () => {
  const now = { ci: 'a', name: '<web>', criticality: 2, owner: null, environment: null } as const
  const hurts = {
    ...{ now: [{ ...now, path: ['a'] }], nowCount: 1, downstream: [], downstreamCount: 2 },
    ...{ owners: [], environments: [], cut: false },
  }
  const [attachment] = toSlackMessage(news('INC-1', 0, { hurts })).attachments
  expect(JSON.stringify(attachment)).toContain('*Hurts*\\n&lt;web&gt; (high), 2 downstream')
})

it('lets no text of an alert become a mention or a link', () => {
  const message = toSlackMessage(news('INC-1', 0, { title: '<!channel> & <https://x|y>' }))
  expect(message.text).toContain('&lt;!channel&gt; &amp; &lt;https://x|y&gt;')
})

it.each([
  ['short', 'a<b', 10, 'a&lt;b'],
  ['cut between', 'abcdef', 4, 'abc…'],
  ['cut inside an escape', 'ab&cd', 5, 'ab…'],
])('escapes and cuts: %s', (_case, text, max, expected) => {
  expect(escapeSlack(text, max)).toBe(expected)
})

it("stays inside Slack's limits, whatever the texts", () => {
  const text = fc.oneof(fc.string({ maxLength: 200 }), fc.constant('&'.repeat(9000)))
  fc.assert(
    fc.property(text, fc.integer({ min: 0, max: 4 }), (any, step) => {
      const message = toSlackMessage(
        news('INC-1', step, {
          title: any,
          priority: 1,
          owner: any,
          resolution: any,
          services: Array.from({ length: 30 }, (_, index) => `${any}${index}`),
          confirmedCause: any,
          articles: [{ id: any, title: any, score: 1, how: 'match', terms: [], passage: '' }],
        }),
      )
      let total = 0
      for (const block of message.attachments.flatMap(({ blocks }) => blocks)) {
        const texts = block.type === 'context' ? block.elements : (block.fields ?? [])
        expect(texts.length).toBeLessThanOrEqual(10)
        for (const part of texts) expect(part.text.length).toBeLessThanOrEqual(2000)
        if (block.type === 'section' && block.text !== undefined) {
          expect(block.text.text.length).toBeLessThanOrEqual(3000)
          expect(block.text.text).not.toBe('')
        }
        total += JSON.stringify(block).length
      }
      expect(total).toBeLessThan(13_000)
    }),
    { numRuns: 100 },
  )
})

it.each([
  [200, 'ok', {}, 'delivered'],
  [200, 'ok\n', {}, 'delivered'],
  [200, '<html>log in</html>', {}, 'failed HTTP 200 without "ok"'],
  [302, '', {}, 'failed HTTP 302 without "ok"'],
  [400, 'invalid_payload', {}, 'failed HTTP 400 invalid_payload'],
  [403, 'action_prohibited', {}, 'failed HTTP 403 action_prohibited'],
  [404, 'no_service', {}, 'gone HTTP 404 no_service'],
  [410, 'channel_is_archived', {}, 'gone HTTP 410 channel_is_archived'],
  [429, 'rate_limited', { 'retry-after': '3' }, 'retry 3000 HTTP 429 rate_limited'],
  [500, 'rollup_error', {}, 'retry null HTTP 500 rollup_error'],
] as const)('reads %i %j', async (...[code, body, headers, expected]) => {
  const receiver = await startReceiver(status(code, { ...headers }, body))
  const to = channel({ type: 'slack', url: receiver.url })
  if (to.type !== 'slack') throw new Error('not Slack')
  const result = await sendSlack(to, news('INC-1', 0), { clock: createFakeClock(AT) })
  expect(JSON.stringify(result)).not.toContain('token')
  const error = result.outcome === 'delivered' ? '' : result.error.replace(/^.*?(?=HTTP)/, '')
  const pause = result.outcome === 'retry' ? `${result.retryAfterMs}` : ''
  expect([result.outcome, pause, error].filter((part) => part !== '').join(' ')).toBe(expected)
  expect(receiver.requests[0]?.headers['content-type']).toBe('application/json')
})
