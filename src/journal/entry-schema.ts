/** The shape of entries that come from outside, from an exported journal. */

import { z } from 'zod'
import { Recurrence } from '../core/hours.ts'
import { CountsShape, DiffShape, SourceItemShape } from './cmdb-schema.ts'
import { ImportedIncidentShape } from './past-schema.ts'

const Text = z.string()
const Time = z.int()
const Labels = z.record(z.string(), z.string())
const Texts = z.array(Text)

const CiShape = z.strictObject({
  id: Text,
  class: Text,
  name: Text,
  aliases: Texts,
  addresses: z.exactOptional(
    z.array(
      z.strictObject({
        address: Text,
        from: z.exactOptional(Time),
        until: z.exactOptional(Time),
        shared: z.exactOptional(z.boolean()),
      }),
    ),
  ),
  labels: Labels,
  owner: z.exactOptional(Text),
  criticality: z.exactOptional(z.literal([1, 2, 3, 4])),
  environment: z.exactOptional(Text),
  status: Text,
})

const RelationShape = z.strictObject({ from: Text, type: Text, to: Text })

const ArticleShape = z.strictObject({
  id: Text,
  title: Text,
  alertnames: Texts,
  classes: Texts,
  services: Texts,
  tags: Texts,
  body: Text,
  source: z.exactOptional(Text),
  owner: z.exactOptional(Text),
  reviewOn: z.exactOptional(Text),
  url: z.exactOptional(Text),
})

const SilenceShape = z.strictObject({
  id: Text,
  kind: z.enum(['silence', 'maintenance']),
  matchers: z.array(
    z.strictObject({ name: Text, value: Text, isRegex: z.boolean(), isEqual: z.boolean() }),
  ),
  cis: Texts,
  services: z.exactOptional(Texts),
  startsAt: Time,
  endsAt: Time,
  createdBy: Text,
  comment: Text,
  updatedAt: Time,
  recurs: z.exactOptional(Recurrence),
  exceptions: z.exactOptional(
    z.array(
      z.strictObject({
        startsAt: Time,
        to: z.strictObject({ startsAt: Time, endsAt: Time }).nullable(),
        by: Text,
        at: Time,
        reason: Text.nullable(),
      }),
    ),
  ),
  annotations: z.exactOptional(z.record(Text, Text)),
})

const CommandShape = z.discriminatedUnion('do', [
  z.strictObject({
    do: z.literal('alias.learn'),
    name: z.strictObject({
      label: Text,
      kind: z.enum(['pod', 'workload', 'host', 'service', 'any']),
      name: Text,
      realm: z.strictObject({
        namespace: z.exactOptional(Text),
        cluster: z.exactOptional(Text),
        region: z.exactOptional(Text),
        environment: z.exactOptional(Text),
      }),
    }),
    ci: Text,
    correction: z.exactOptional(z.boolean()),
  }),
  z.strictObject({ do: z.literal('alias.forget'), alias: Text }),
  z.strictObject({ do: z.literal('acknowledge'), incident: Text }),
  z.strictObject({ do: z.literal('unacknowledge'), incident: Text }),
  z.strictObject({
    do: z.literal('assign'),
    incident: Text,
    to: z.exactOptional(Text.nullable()),
    team: z.exactOptional(Text.nullable()),
  }),
  z.strictObject({
    do: z.literal('review'),
    incident: Text,
    review: z.strictObject({
      summary: Text,
      impact: Text,
      rootCause: Text,
      wentWell: Text,
      actions: Texts,
      timeline: z.array(z.strictObject({ at: Time, text: Text })),
    }),
  }),
  z.strictObject({ do: z.literal('comment'), incident: Text, text: Text }),
  z.strictObject({
    do: z.literal('resolve'),
    incident: Text,
    resolution: z.exactOptional(Text),
    force: z.exactOptional(z.boolean()),
  }),
  z.strictObject({ do: z.literal('close'), incident: Text }),
  z.strictObject({ do: z.literal('merge'), incident: Text, from: Texts }),
  z.strictObject({ do: z.literal('split'), incident: Text, members: Texts }),
  z.strictObject({ do: z.literal('move'), incident: Text, members: Texts, to: Text }),
  z.strictObject({ do: z.literal('undo'), incident: Text }),
  z.strictObject({ do: z.literal('dismiss'), incident: Text, reason: z.exactOptional(Text) }),
  z.strictObject({ do: z.literal('confirm_cause'), incident: Text, ci: Text }),
  z.strictObject({ do: z.literal('vote'), incident: Text, article: Text, helpful: z.boolean() }),
])

const ProblemCommandShape = z.discriminatedUnion('do', [
  z.strictObject({ do: z.literal('problem.accept'), problem: Text }),
  z.strictObject({
    do: z.literal('problem.dismiss'),
    problem: Text,
    reason: z.exactOptional(Text),
  }),
  z.strictObject({ do: z.literal('problem.assign'), problem: Text, to: Text.nullable() }),
  z.strictObject({ do: z.literal('problem.workaround'), problem: Text, text: Text.nullable() }),
  z.strictObject({
    do: z.literal('problem.resolve'),
    problem: Text,
    resolution: z.exactOptional(Text),
  }),
  z.strictObject({ do: z.literal('problem.close'), problem: Text }),
  z.strictObject({ do: z.literal('problem.reopen'), problem: Text }),
  z.strictObject({ do: z.literal('problem.comment'), problem: Text, text: Text }),
  z.strictObject({ do: z.literal('problem.merge'), problem: Text, from: Texts }),
  z.strictObject({ do: z.literal('problem.split'), problem: Text, incidents: Texts }),
  z.strictObject({ do: z.literal('problem.link'), problem: Text, incidents: Texts }),
  z.strictObject({ do: z.literal('problem.unlink'), problem: Text, incidents: Texts }),
  z.strictObject({
    do: z.literal('problem.task'),
    problem: Text,
    task: Text.exactOptional(),
    text: Text.exactOptional(),
    assignee: Text.nullable().exactOptional(),
    due: Time.nullable().exactOptional(),
    done: z.boolean().exactOptional(),
  }),
  z.strictObject({ do: z.literal('problem.drop_task'), problem: Text, task: Text }),
  z.strictObject({
    do: z.enum(['problem.relate', 'problem.unrelate']),
    problem: Text,
    changes: Texts,
    articles: Texts,
  }),
  z.strictObject({ do: z.literal('problem.undo'), problem: Text }),
])

const ConstraintCommandShape = z.strictObject({
  do: z.literal('constraint.remove'),
  constraint: Text,
})

const ProposalCommandShape = z.discriminatedUnion('do', [
  z.strictObject({
    do: z.literal('proposal.dismiss'),
    proposal: Text,
    reason: z.exactOptional(Text),
  }),
  z.strictObject({ do: z.literal('proposal.restore'), proposal: Text }),
])

const WeightsCommandShape = z.discriminatedUnion('do', [
  z.strictObject({
    do: z.literal('weights.accept'),
    proposal: Text,
    scope: Text,
    changes: z.array(z.strictObject({ term: Text, from: z.number(), to: z.number() })),
  }),
  z.strictObject({ do: z.literal('weights.undo'), version: Text }),
])

const ObservedCommandShape = z.strictObject({
  do: z.enum(['observed.confirm', 'observed.reject', 'observed.undo']),
  observed: Texts,
})

const RegroupingCommandShape = z.discriminatedUnion('do', [
  z.strictObject({
    do: z.literal('regrouping.dismiss'),
    regrouping: Text,
    reason: z.exactOptional(Text),
  }),
  z.strictObject({ do: z.literal('regrouping.restore'), regrouping: Text }),
])

const ChangeCommandShape = z.strictObject({
  do: z.enum(['change.lift', 'change.restore']),
  change: Text,
})

const Head = { at: Time, scope: Text }
const Mode = z.enum(['replace', 'upsert'])

/** An entry of the current schema version; a field it does not know is a fault. */
export const EntryShape = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('received'),
    ...Head,
    source: Text,
    receipt: Text,
    body: Text,
    encoding: z.exactOptional(z.literal('base64')),
    oversize: z.exactOptional(z.strictObject({ bytes: z.int(), sha256: Text })),
    part: z.exactOptional(
      z.strictObject({
        items: z.array(z.int().nonnegative()),
        whole: z.exactOptional(z.literal(true)),
      }),
    ),
  }),
  z.strictObject({
    kind: z.literal('command'),
    ...Head,
    actor: Text,
    command: z.discriminatedUnion('do', [
      CommandShape,
      ProblemCommandShape,
      ConstraintCommandShape,
      ProposalCommandShape,
      WeightsCommandShape,
      ObservedCommandShape,
      RegroupingCommandShape,
      ChangeCommandShape,
    ]),
  }),
  z.strictObject({ kind: z.literal('time'), ...Head }),
  z.strictObject({
    kind: z.literal('rules'),
    ...Head,
    version: Text,
    packs: z.unknown(),
    actor: z.exactOptional(Text),
  }),
  z.strictObject({
    kind: z.literal('topology'),
    ...Head,
    version: Text,
    mode: Mode,
    items: z.array(CiShape),
    relations: z.array(RelationShape),
  }),
  z.strictObject({
    kind: z.literal('cmdb'),
    ...Head,
    import: Text,
    source: Text,
    rank: z.number(),
    format: Text,
    actor: Text,
    part: z.int(),
    records: z.array(
      z.strictObject({ key: Text, ci: Text, item: SourceItemShape, retired: z.boolean() }),
    ),
    link: z.array(RelationShape),
    unlink: z.array(RelationShape),
    end: z.exactOptional(
      z.strictObject({ counts: CountsShape, diff: DiffShape, undoes: Text.nullable() }),
    ),
  }),
  z.strictObject({ kind: z.literal('silence'), ...Head, actor: Text, silence: SilenceShape }),
  z.strictObject({
    kind: z.literal('articles'),
    ...Head,
    version: Text,
    mode: Mode,
    articles: z.array(ArticleShape),
    source: z.exactOptional(Text),
    retire: z.exactOptional(Texts),
    ifRevision: z.exactOptional(z.int().check(z.gte(0))),
    actor: z.exactOptional(Text),
    note: z.exactOptional(Text),
  }),
  z.strictObject({
    kind: z.literal('past'),
    ...Head,
    import: Text,
    source: Text,
    format: Text,
    actor: Text,
    realm: Text,
    cmdb: Text,
    part: z.int(),
    last: z.boolean(),
    incidents: z.array(ImportedIncidentShape),
    remove: Texts,
    undoes: Text.nullable(),
  }),
  z.strictObject({
    kind: z.literal('engine'),
    ...Head,
    version: Text,
    downSince: Time.nullable(),
  }),
])
