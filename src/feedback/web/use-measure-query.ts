import { useSession } from '../../identity/web/index.ts'
import { type Choice, type MeasureQuery, queryOf } from './measure-query.ts'

export function useMeasureQuery(choice: Choice): MeasureQuery {
  const { workspace } = useSession()
  return queryOf(choice, workspace?.time_zone ?? 'UTC')
}
