/** The filters of the list of problems as they stand in its address; what is usual is left out. */
import { PROBLEM_ORDERS, PROBLEM_VIEWS, type ProblemSearch } from '../api/problems.ts'
import { textIn } from '../ui/search-params.ts'

/** Takes what an address holds; what does not fit is left out. */
export function readProblemSearch(given: Record<string, unknown>): ProblemSearch {
  const show = PROBLEM_VIEWS.find((name) => name === given['show'] && name !== 'current')
  const order = PROBLEM_ORDERS.find((name) => name === given['order'] && name !== 'cost')
  const scope = textIn(given, 'scope')
  const owner = textIn(given, 'owner')
  const service = textIn(given, 'service')
  const words = given['q']
  const q = typeof words === 'string' || typeof words === 'number' ? `${words}` : ''
  return {
    ...(show === undefined ? {} : { show }),
    ...(order === undefined ? {} : { order }),
    ...(scope === undefined ? {} : { scope }),
    ...(owner === undefined ? {} : { owner }),
    ...(service === undefined ? {} : { service }),
    ...(q === '' ? {} : { q }),
  }
}
