import type { Reply } from '../../core/endpoint.ts'
import { call } from '../../core/web/call.ts'
import { invitePeople } from '../surveys.contract.ts'

const atOnce = 1000

export interface Invited {
  created: number
  unchanged: number
  /** By code: who was left out, and why. */
  left_out: ReadonlyMap<string, number>
  stopped: boolean
}

interface Wanted {
  survey_id: string
  person_ids: readonly string[]
  days: number
}
interface Watch {
  signal: AbortSignal
  onProgress: (share: number) => void
}

type Outcomes = Reply<typeof invitePeople>['outcomes']

export function tally(outcomes: Outcomes, stopped: boolean): Invited {
  const left_out = new Map<string, number>()
  for (const { status, code = '' } of outcomes)
    if (status === 'rejected') left_out.set(code, (left_out.get(code) ?? 0) + 1)
  const count = (status: Outcomes[number]['status']) => outcomes.filter(one => one.status === status).length
  return { created: count('created'), unchanged: count('unchanged'), left_out, stopped }
}

/** In parts, so that progress is seen; whoever has a link that is still good keeps it, so going on later doubles nothing. */
export async function inviteChosen(wanted: Wanted, { signal, onProgress }: Watch): Promise<Invited> {
  const { survey_id, person_ids, days } = wanted
  const outcomes: Outcomes = []
  for (let from = 0; from < person_ids.length; from += atOnce) {
    if (signal.aborted) return tally(outcomes, true)
    onProgress(from / person_ids.length)
    const part = person_ids.slice(from, from + atOnce)
    const reply = await call(invitePeople, { params: { id: survey_id }, body: { person_ids: part, days } })
    outcomes.push(...reply.outcomes)
  }
  return tally(outcomes, false)
}
