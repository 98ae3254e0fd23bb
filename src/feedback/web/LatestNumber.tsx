import { t } from '../../core/web/i18n.ts'
import { useEndpoint } from '../../core/web/query.ts'
import { NumberTile } from '../../customers/web/index.ts'
import { definitions } from '../measures.contract.ts'
import { personScores } from '../responses.contract.ts'

/** Among the numbers over a person: the latest answer, if there is one. */
export default function LatestNumber({ id }: { id: string }) {
  const scores = useEndpoint(personScores, { params: { id } })
  const latest = scores.data?.items[0]
  if (!latest) return null
  return (
    <NumberTile
      label={t('feedback.latest.last', { measure: t(`feedback.measure.${latest.measure}.short`) })}
      to={`/people/${id}?kind=answer`}
    >
      {t('feedback.latest.outOf', {
        score: latest.score,
        max: definitions[latest.measure].scale_max,
      })}
    </NumberTile>
  )
}
