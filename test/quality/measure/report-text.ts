/** The words of docs/quality.md around the figures. */

export const PREAMBLE = `# Quality

How well alerts are grouped into incidents, and how well their cause is found, with the errors. This
page is written by its command, with whatever came out:

\`\`\`sh
npm run quality            # everything, and writes this page
npm run quality -- --quick # under a minute: one seed of the test families; prints only
npm run quality:family -- --set tuning --family tree-deploys # one family beside the rules
\`\`\`

Almost all published figures on grouping alerts are on private data. The streams here are made by a
generator that everyone has (\`test/quality/scenario/\`): the same seed gives the same estate, the same
faults and the same bytes. Figures compare with the rules beside them, on the same streams, and with
nothing else.
`

export const MEASURES = `
## What is measured

One item is one episode of one alert: repeats and doubles do not count. The truth is the fault that an
alert comes from. Each background alert is a group of its own; a spell of one that blinks, and a window of
planned work, are one group.

| measure | meaning |
|---|---|
| P, R, F | B-cubed precision, recall and their harmonic mean over all episodes, background included: of the alerts beside mine, how many belong there, and of those that belong, how many are there |
| F of faults | the same over the episodes of faults only |
| ARI, AMI | agreement corrected for chance: 0 is chance, 1 is equal |
| pairs, homogeneity, completeness, purity | the usual ones; each is high for one of the two trivial groupings |
| incidents P / R | share of incidents that match a fault by Jaccard ≥ 0.5, and the reverse |
| fragments / mixed | incidents for each fault, faults for each incident: 1 is best |
| actions | merges and moves a person would need, for each fault |
| reduction | 1 − incidents opened / episodes |
| churn | share of the alerts people were told of that ended in another incident |
| opened | from the arrival of a fault's first alert to the opening of an incident with it |
| cause top-k | a true cause among the first k named, of the incident that holds most of the fault; naming none is a miss; faults whose cause the CMDB does not know are left out |

Intervals are 95 % bootstrap intervals over instances (family and seed). Rules see what the engine sees:
arrival, labels, the engine's own bindings, the same CMDB. Every rule is tried over a grid (gaps, lifetimes,
hops, thresholds, informative alerts alone or not), and is told with the setting that is best on the tuning
families; a group of a rule counts as an incident unless all of it is informative.

Families are split by kind of fault and by estate: no kind of fault and no estate of the test families is
among the tuning families. The test families were written from public post-mortems and not from the engine,
and \`test/quality/scenario.test.ts\` pins them.

The link score was reworked once before the test families were in the repository (d926dec before 733ea86).
What they know of their estate was changed once after that: since 1dfd565 their CMDB says where a thing is,
as discovery does. Faults, alerts and noise are as they were.
`

export const LIMITS = `
## Limits

- The streams are made up. Estates, rules, delays and noise follow what post-mortems and public rule sets
  show, but who wrote them had to choose rates, and other choices give other figures. What holds on them need not hold
  on yours: \`faultline replay\` on your own alerts tells.
- One fault is one incident: the injector's view. Where two faults hit the same component at once, its alert
  belongs to the one that came first.
- Faults of an instance come minutes to hours apart, and a quarter to two thirds begin while another is young. So a plain
  window over time does well on many families; the more overlap, the worse it does.
- People do nothing here: no acknowledgement, no merge, no correction. Nothing is learned over weeks.
- The recorded streams are not part of the project; their truth is by time windows, about 10 to 16 % of the labelled alerts of one
  system would be there by chance.
`
