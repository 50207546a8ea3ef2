/** Says above every page that a storm lasts: what came, what people are told of, and where it is. */
import { Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { Storm } from '../api/schema.d.ts'
import { incidentsIn, lastingStormsQuery } from '../api/storms.ts'
import { Ago } from '../ui/ago.tsx'
import { Icon } from '../ui/icons.tsx'
import { PageLink } from '../ui/page-link.tsx'
import classes from './banner.module.css'

const COUNT = new Intl.NumberFormat()

export function StormBanner() {
  const { data } = useQuery(lastingStormsQuery)
  return (
    <div role="status" aria-live="polite">
      {data?.items.map((storm) => (
        <Banner key={storm.id} storm={storm} />
      ))}
    </div>
  )
}

function Banner({ storm }: { readonly storm: Storm }) {
  const { id, scope, beganAt, rate, began, incidents, rules, sites } = storm
  const most = [rules[0], sites[0]].flatMap((one) =>
    one === undefined || one.count < 2 ? [] : [one],
  )
  return (
    <section className={classes['storm']} aria-labelledby={`storm-${id}`} data-storm={id}>
      <span className={classes['sign']}>
        <Icon name="incidents" size={20} />
      </span>
      <div className={classes['said']}>
        <Text component="h2" fw={700} size="sm" id={`storm-${id}`}>
          Alert storm{scope === 'default' ? '' : ` in ${scope}`} for <Ago at={beganAt} form="for" />
        </Text>
        <Text size="sm" className="fl-num">
          {COUNT.format(rate)} new {rate === 1 ? 'alert' : 'alerts'} in the last minute;{' '}
          {began.usual === 0 ? 'none are usual' : `up to ${COUNT.format(began.usual)} are usual`}.{' '}
          {incidents.opened === 1
            ? '1 incident opened, '
            : `${COUNT.format(incidents.opened)} incidents opened, `}
          {incidents.folded === 0
            ? `${incidents.opened === 1 ? '' : 'each '}told of as ever.`
            : `${COUNT.format(incidents.folded)} of them told of only together until it is over.`}
          {most.length > 0 && <> Most alerts: {most.map(({ name }) => name).join(', ')}.</>}
        </Text>
      </div>
      <PageLink path="/incidents" query={incidentsIn(storm)} className={classes['link'] ?? ''}>
        Show its incidents
      </PageLink>
    </section>
  )
}
