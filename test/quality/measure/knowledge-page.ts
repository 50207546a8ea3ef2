/** The page docs/knowledge-quality.md. */
import {
  ANSWERED,
  foundOn,
  type KnowledgeMeasured,
  silencePrecision,
  UNANSWERED,
} from './knowledge.ts'
import { interval } from './summary.ts'

export function knowledgeTables(measured: KnowledgeMeasured): string {
  return `${answerTable(measured)}\n\n${silenceTable(measured)}`
}

function answerTable(measured: KnowledgeMeasured): string {
  const rows = ANSWERED.flatMap((set) =>
    ['ours', 'BM25', 'TF-IDF'].map((who) => {
      const { hit1, hit3, hit5, reciprocal } = foundOn(measured, set, who)
      const cells = [hit1, hit3, hit5, reciprocal].map(told)
      return `| ${set} (${hit1.length}) | ${who} | ${cells.join(' | ')} |`
    }),
  )
  return [
    '| set (questions) | by | hit@1 | hit@3 | hit@5 | MRR |',
    '| --- | --- | --- | --- | --- | --- |',
    ...rows,
  ].join('\n')
}

function silenceTable(measured: KnowledgeMeasured): string {
  const without = UNANSWERED.map((set) => [set, foundOn(measured, set).silent] as const)
  const having = ANSWERED.map((set) => [set, foundOn(measured, set).silent] as const)
  const row = ([set, silent]: readonly [string, readonly number[]]): string =>
    `| ${set} (${silent.length}) | ${told(silent)} |`
  return [
    '| set (questions) | told that nothing fits |',
    '| --- | --- |',
    ...without.map(row),
    row(['all without an article', without.flatMap(([, silent]) => silent)]),
    row(['alerts, their article taken out', measured.removed.silent]),
    ...having.map(row),
  ].join('\n')
}

export function knowledgePage(measured: KnowledgeMeasured): string {
  const precision = silencePrecision(measured)
  return `# Quality of suggested articles

How often the right runbook comes up for an incident, and how often the answer is "nothing fits" where
nothing does. This page is written by its command, with whatever came out:

\`\`\`sh
npm run quality:knowledge
\`\`\`

The runbooks are the 50 of the demo and ${measured.articles - 50} beside them (\`test/quality/knowledge/\`), ours all of them;
the names of rules are taken out, so that only words find them. One configuration for everything. "BM25" (k1 1.2,
b 0.75) and "TF-IDF" (cosine) are whole texts as bags of plain words, asked with all titles of the incident; they
never abstain. Intervals are 95 % bootstrap intervals over questions.

## Where there is an article

${answerTable(measured)}

- **alerts**: one alert, worded as monitoring does, under a rule that no article is named after.
- **several alerts**: two to four alerts; the right article is the one about the fault, not about what
  follows. The CI at fault is given, as root-cause ranking gives it.
- **warnings only**: what is not urgent yet, of little surprise.
- **symptoms**: what people say on call, in words of their own and hardly one of the runbook. Told apart:
  words alone do not carry this, and "nothing fits" is the usual answer.

## Where there is none

${silenceTable(measured)}

Of the answers "nothing fits" to alerts and incidents, ${(100 * precision).toFixed(1)} % are right. **Far** is about things no runbook
is about, **near** about the same technology and another trouble. Where the article of an alert is taken out,
one of its neighbours is often offered; some of them help.

## Limits

- Questions and runbooks were written by the same people, and weights and the threshold of "nothing fits" were
  chosen with these sets in view, beside 188 unnamed alerts of public rules against 469 public runbooks
  (there: the right one first for 84 %, among the first five for 96 %). Expect less on texts of your own.
- Votes, links of rules, services and rule names move ranks further; none of them is used here.
`
}

function told(list: readonly number[]): string {
  const { mean, low, high } = interval(list)
  return `${mean.toFixed(3)} (${low.toFixed(2)}–${high.toFixed(2)})`
}
