/** The list as it is filtered, for the meeting that reviews problems. */
import { Button, Group } from '@mantine/core'
import { type ProblemSearch, problemReport } from '../api/problems.ts'
import { sayRefused } from '../ui/notices.tsx'
import { saveFile } from '../ui/save-file.ts'

const FORMATS = [
  { format: 'markdown', label: 'Report (Markdown)', file: 'problems.md' },
  { format: 'csv', label: 'Table (CSV)', file: 'problems.csv' },
] as const

export function ReportButtons({ search }: { readonly search: ProblemSearch }) {
  const save = async (format: 'markdown' | 'csv', file: string): Promise<void> => {
    try {
      saveFile(await problemReport(search, format), file)
    } catch (cause) {
      sayRefused(cause as Error)
    }
  }
  return (
    <Group gap="xs">
      {FORMATS.map(({ format, label, file }) => (
        <Button
          key={format}
          size="compact-sm"
          variant="default"
          onClick={() => void save(format, file)}
        >
          {label}
        </Button>
      ))}
    </Group>
  )
}
