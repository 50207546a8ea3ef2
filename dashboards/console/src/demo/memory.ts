/** How far somebody is with the guide, kept in this browser for one run of the demo. */
import { useLocalStorage } from '@mantine/hooks'

interface Progress {
  readonly run: string
  readonly step: number
  readonly hidden: boolean
}

export function useProgress(run: string) {
  const [stored, store] = useLocalStorage<Progress>({
    key: 'faultline.demo',
    defaultValue: { run, step: 0, hidden: false },
    getInitialValueInEffect: false,
  })
  // of an earlier run: this one is looked at for the first time
  const progress = stored.run === run ? stored : { run, step: 0, hidden: false }
  return {
    ...progress,
    goTo: (step: number) => store({ ...progress, step }),
    hide: (hidden: boolean) => store({ ...progress, hidden }),
  }
}
