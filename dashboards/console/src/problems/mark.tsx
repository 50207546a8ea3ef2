/** What an incident says of its problem: which one it is, and how to live with it. */
import { Alert, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { problemQuery } from '../api/problems.ts'
import { Icon } from '../ui/icons.tsx'
import classes from './problems.module.css'
import { countOf, ProblemStatusMark } from './words.tsx'

/** Nothing where the incident is of no problem. */
export function ProblemMark({ problem }: { readonly problem: string | null }) {
  return problem === null ? null : <Known id={problem} />
}

function Known({ id }: { readonly id: string }) {
  const { data } = useQuery(problemQuery(id))
  return (
    <>
      <Text size="sm" component="div" className={classes['known'] ?? ''} data-known={id}>
        <Icon name="repeat" size={15} />
        <span>
          One of{' '}
          <Link to="/problems/$id" params={{ id }} className={classes['title']}>
            {data?.title ?? id}
          </Link>
          {data !== undefined && ` (${countOf(data.incidentCount, 'incident')})`}
        </span>
        {data !== undefined && <ProblemStatusMark status={data.status} />}
      </Text>
      {data?.workaround != null && (
        <Alert
          color="fault"
          variant="light"
          title="Known error: there is a workaround"
          icon={<Icon name="check" />}
        >
          <Text size="sm" className={classes['words'] ?? ''}>
            {data.workaround}
          </Text>
        </Alert>
      )}
    </>
  )
}
