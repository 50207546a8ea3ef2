/** What clients of an Alertmanager ask first: status and receivers. */
import type { EpochMs } from '../../core/time.ts'
import { iso } from '../schemas/common.ts'

/** There is no routing tree behind this: the one receiver that every alert goes to. */
export const RECEIVER = 'faultline'

/** The least that `amtool config` can read. */
const CONFIG = `route:\n  receiver: ${RECEIVER}\nreceivers:\n  - name: ${RECEIVER}\n`

/** Clients read every text of `versionInfo` without looking whether it is there. */
export function statusOf(version: string, startedAt: EpochMs): object {
  return {
    cluster: { status: 'disabled', peers: [] },
    versionInfo: {
      version,
      revision: version,
      branch: 'faultline',
      buildUser: 'faultline',
      buildDate: '',
      goVersion: '',
    },
    config: { original: CONFIG },
    uptime: iso(startedAt),
  }
}
