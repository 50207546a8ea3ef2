/** What the problems of the list cost: month by month, and by service; a service filters the list. */
import { Text, UnstyledButton } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { type ProblemSearch, problemCostsQuery } from '../api/problems.ts'
import type { ProblemCosts } from '../api/schema.d.ts'
import { Section } from '../ui/states.tsx'
import classes from './problems.module.css'
import { countOf, effort } from './words.tsx'

const MOST_SERVICES = 5

interface CostsProps {
  readonly search: ProblemSearch
  readonly onChange: (next: ProblemSearch) => void
}

export function ProblemCostCharts({ search, onChange }: CostsProps) {
  const { data } = useQuery(problemCostsQuery(search))
  if (data === undefined || data.services.length === 0) return null
  return (
    <div className={classes['columns']}>
      <Section title="People's time by month" id="by-month">
        <Months months={data.months} />
      </Section>
      <Section title="By service, 12 months" id="by-service">
        <Services services={data.services} search={search} onChange={onChange} />
      </Section>
    </div>
  )
}

function Months({ months }: Pick<ProblemCosts, 'months'>) {
  const most = Math.max(1, ...months.map(({ minutes }) => minutes))
  const words = months.map(({ month, minutes }) => `${month} ${effort(minutes)}`).join(', ')
  return (
    <figure style={{ margin: 0 }}>
      <div className={classes['weeks']} role="img" aria-label={`By month: ${words}`}>
        {months.map(({ month, minutes, incidents }) => (
          <span
            key={month}
            data-some={minutes > 0 || undefined}
            style={{ height: `${(minutes / most) * 100}%` }}
            title={`${month}: ${effort(minutes)}, ${countOf(incidents, 'incident')}`}
          />
        ))}
      </div>
      <div className={classes['ends']} aria-hidden="true">
        <span>{months[0]?.month}</span>
        <span>at most {effort(most)}</span>
        <span>{months.at(-1)?.month}</span>
      </div>
    </figure>
  )
}

function Services({ services, search, onChange }: CostsProps & Pick<ProblemCosts, 'services'>) {
  const most = Math.max(1, ...services.map(({ minutes }) => minutes))
  return (
    <ul className={classes['plain']} aria-label="Cost by service">
      {services.slice(0, MOST_SERVICES).map(({ service, minutes, incidents }) => (
        <li key={service} className={classes['service']}>
          <UnstyledButton
            disabled={service === null}
            onClick={() => service !== null && onChange({ ...search, service })}
          >
            <Text size="sm">{service ?? 'no service'}</Text>
          </UnstyledButton>
          <Text size="xs" c="dimmed" className="fl-num">
            {effort(minutes)}, {countOf(incidents, 'incident')}
          </Text>
          <span
            className={classes['share']}
            style={{ width: `${(minutes / most) * 100}%` }}
            aria-hidden="true"
          />
        </li>
      ))}
    </ul>
  )
}
