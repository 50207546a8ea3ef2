import { journal } from './0001-journal.ts'
import { records } from './0002-records.ts'
import { estate } from './0003-estate.ts'
import { incidentColumns } from './0004-incident-columns.ts'
import { alertColumns } from './0005-alert-columns.ts'
import { problems } from './0006-problems.ts'
import { incidentHistory } from './0007-incident-history.ts'
import { incidentTeam } from './0008-incident-team.ts'
import { backtests } from './0009-backtests.ts'
import { letterScope } from './0010-letter-scope.ts'
import { articleVersions } from './0011-article-versions.ts'
import type { Migration } from './migration.ts'

/** Every migration there is. */
export const MIGRATIONS: readonly Migration[] = [
  journal,
  records,
  estate,
  incidentColumns,
  alertColumns,
  problems,
  incidentHistory,
  incidentTeam,
  backtests,
  letterScope,
  articleVersions,
]
