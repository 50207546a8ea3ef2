import { useQuery } from '@tanstack/react-query'
import { ciQuery } from '../api/ci-names.ts'

/** A CI by its name; by its id until that is known, or where the CMDB does not know it. */
export function CiName({ id }: { readonly id: string }) {
  const { data: ci = null } = useQuery(ciQuery(id))
  return <span title={ci === null ? id : `${ci.class} ${id}`}>{ci?.name ?? id}</span>
}
