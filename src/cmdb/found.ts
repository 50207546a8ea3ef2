/** From what a source says to an item: what it leaves out or leaves empty is not there. */
import type { z } from 'zod'
import type { Collector } from './collect.ts'
import { faultOf } from './documents.ts'
import type { ImportedItem } from './importer.ts'

export type Maybe<T> = T | null | undefined

/** An item as an importer finds it. */
export interface FoundItem {
  readonly key: string
  readonly class: string
  readonly name: Maybe<string>
  readonly aliases?: readonly Maybe<string>[]
  readonly labels?: Readonly<Record<string, Maybe<string>>>
  readonly owner?: Maybe<string>
  readonly criticality?: Maybe<1 | 2 | 3 | 4>
  readonly environment?: Maybe<string>
  readonly status?: Maybe<string>
}

/** The item without what is missing; a name that is missing is empty, which the collector refuses. */
export function itemOf(found: FoundItem): ImportedItem {
  const { owner, criticality, environment, status } = found
  return {
    key: found.key,
    class: found.class,
    name: found.name ?? '',
    aliases: (found.aliases ?? []).filter((alias) => alias != null),
    labels: Object.fromEntries(
      Object.entries(found.labels ?? {}).flatMap(([label, value]) =>
        value == null ? [] : [[label, value]],
      ),
    ),
    ...(owner == null ? {} : { owner }),
    ...(criticality == null ? {} : { criticality }),
    ...(environment == null ? {} : { environment }),
    ...(status == null ? {} : { status }),
  }
}

/** The value in the form of the schema, or nothing and a bad row that names the first field at fault. */
export function readAs<T>(
  schema: z.ZodType<T>,
  value: unknown,
  where: string,
  collector: Pick<Collector, 'bad'>,
): T | undefined {
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  collector.bad({ where, ...faultOf(parsed.error) })
  return undefined
}
