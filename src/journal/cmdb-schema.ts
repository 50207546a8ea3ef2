/** Shapes of what imports into the CMDB leave in the journal. */
import { z } from 'zod'

const Text = z.string()

export const SourceItemShape = z.strictObject({
  key: Text,
  class: Text,
  name: Text,
  aliases: z.array(Text),
  labels: z.record(Text, Text),
  owner: z.exactOptional(Text),
  criticality: z.exactOptional(z.union([z.literal(1), z.literal(2), z.literal(3), z.literal(4)])),
  environment: z.exactOptional(Text),
  status: z.exactOptional(Text),
})

const Count = z.int()

export const CountsShape = z.strictObject({
  added: Count,
  changed: Count,
  unchanged: Count,
  returned: Count,
  retired: Count,
  linked: Count,
  unlinked: Count,
  conflicts: Count,
  bad: Count,
})

const Change = z.strictObject({
  key: Text,
  ci: Text,
  name: Text,
  rule: Text,
  fields: z.array(z.strictObject({ field: Text, old: Text, new: Text })),
})
const Value = z.strictObject({ source: Text, value: Text })

export const DiffShape = z.strictObject({
  added: z.array(Change),
  changed: z.array(Change),
  retired: z.array(z.strictObject({ key: Text, ci: Text, name: Text })),
  conflicts: z.array(z.strictObject({ ci: Text, field: Text, kept: Value, other: Value })),
  bad: z.array(z.strictObject({ where: Text, field: z.exactOptional(Text), error: Text })),
})
