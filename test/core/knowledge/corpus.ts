/** A small knowledge base for tests. */
import { parseArticle } from '../../../src/core/article.ts'
import type { KnowledgeQuery } from '../../../src/core/knowledge.ts'
import type { AskingSignature } from '../../../src/core/knowledge-query.ts'
import type { Article } from '../../../src/core/model.ts'

const FILES: Readonly<Record<string, string>> = {
  'host/DiskFillingUp.md': `---
title: A volume is running out of space
classes: [host]
tags: [storage]
---
## Meaning

The volume of the host has little free space left and keeps growing.

## What to do

Delete rotated logs, then grow the volume. Check \`df -h\` first.
`,
  'host/ClockSkew.md': `# The clock of a host is off

The clock drifted away from the time servers. Certificates and replication suffer.

Restart chrony and compare with the time servers.
`,
  'mq/consumers.md': `---
title: Consumers cannot keep up with the broker
alertnames: [QueueBacklogGrowing, BrokerBacklog]
services: [orders]
---
Messages pile up because the consumers are slower than the producers.

Scale the consumers out. If one message poisons the consumer, move it to the parking lot.
`,
  'mq/BrokerDown.md': `# The broker does not answer

Producers and consumers lose their connection to the broker and messages wait at the producers.

Fail over to the second broker.
`,
  'db/ReplicaLag.md': `---
title: A replica lags behind its primary
classes: [database]
---
Replication applies changes slower than the primary makes them; reads from the replica are stale.

Look for long transactions on the primary.
`,
  'db/ConnectionsExhausted.md': `---
title: The database refuses connections
classes: [database]
services: [orders]
---
All connections of the pool are in use. Clients wait and then fail with too many connections.
`,
  'k8s/PodRestarting.md': `# A container keeps restarting

The container ends soon after it starts, and the kubelet waits longer before each restart.

Read the last lines of its log with \`kubectl logs --previous\`.
`,
  'k8s/runbooks/CertificateExpiring.md': `# A certificate ends soon

Renew the certificate before clients refuse the connection.
`,
  'edge/CertificateExpiring.md': `# The certificate of the edge proxy ends soon

The proxy at the edge serves a certificate that ends within days. Order a new one.
`,
}

/** Words that occur everywhere, as in a real knowledge base, and articles of usual length. */
const PROCEDURE = `# Procedure for the team

Escalate to the team on call when the service fails and the host is down.

Write down what was seen and when, tell the owner, and keep the ticket up to date until the service
has recovered. Do not close the ticket before the owner has agreed. Note every command that was
given on the host, so that the next shift can follow what has been done and why.
`
const FILLER = Array.from({ length: 30 }, (_, n) => ({
  path: `misc/Procedure${'abcdefghijklmnopqrstuvwxyzABCD'.charAt(n)}.md`,
  text: PROCEDURE,
}))

export const ARTICLES: readonly Article[] = [
  ...Object.entries(FILES).map(([path, text]) => parseArticle(path, text).article),
  ...FILLER.map(({ path, text }) => parseArticle(path, text).article),
]

export function signature(some: Partial<AskingSignature>): AskingSignature {
  return { rule: 'Rule', title: '', annotations: {}, labels: {}, surprise: 5, ...some }
}

export function asking(
  signatures: readonly Partial<AskingSignature>[],
  some: Partial<KnowledgeQuery> = {},
): KnowledgeQuery {
  return {
    signatures: signatures.map(signature),
    ciClasses: [],
    services: [],
    runbookUrls: [],
    votes: new Map(),
    limit: 5,
    ...some,
  }
}
