/** The settings of the containers, checked by the tools that will read them. */
import { execFileSync } from 'node:child_process'
import { expect, it } from 'vitest'
import { requireTool } from '../support/requirements.ts'
import { ROOT } from '../support/source.ts'

const promtool = requireTool('promtool')
const amtool = requireTool('amtool')

it.skipIf(!promtool.ok)('Prometheus reads its settings and the alert rules over Faultline', () => {
  // the token's file is only there in the container
  const config = ['check', 'config', '--syntax-only', 'docker/prometheus/prometheus.yml']
  expect(check(promtool, config)).toMatch(/is valid/)
  const rules = ['check', 'rules', 'docker/prometheus/rules.yml']
  expect(check(promtool, rules)).toMatch(/[1-9]\d* rules found/)
})

it.skipIf(!amtool.ok)('Alertmanager reads its settings', () => {
  const said = check(amtool, ['check-config', 'docker/alertmanager/alertmanager.yml'])
  expect(said).toMatch(/1 receivers/)
})

function check(tool: ReturnType<typeof requireTool>, args: readonly string[]): string {
  if (!tool.ok) throw new Error(tool.reason)
  return execFileSync(tool.path, args, { cwd: ROOT, encoding: 'utf8' })
}
