/** The shape of imported incidents in an exported journal. */
import { z } from 'zod'

const Text = z.string()
const Name = Text.nullable()
const Named = z.strictObject({ name: Name, key: Name }).nullable()

export const ImportedIncidentShape = z.strictObject({
  key: Text,
  number: Text,
  url: Name,
  title: Text,
  openedAt: z.int(),
  resolvedAt: z.int(),
  priority: z.literal([1, 2, 3, 4, 5]),
  ci: Named,
  service: Named,
  team: Name,
  resolver: Name,
  resolution: Name,
  resolutionCode: Name,
  category: Name,
})
