import { t } from '../../core/web/i18n.ts'
import { useEndpoint } from '../../core/web/query.ts'
import { NumberTile } from '../../customers/web/index.ts'
import { personScores } from '../responses.contract.ts'
import { ScoreMark } from './ScoreMark.tsx'

/** Among the numbers over a person: the latest answer, if there is one. */
export default function LatestNumber({ id }: { id: string }) {
  const scores = useEndpoint(personScores, { params: { id } })
  const latest = scores.data?.items[0]
  if (!latest) return null
  return (
    <NumberTile label={t('feedback.latest.last')}>
      <ScoreMark score={latest.score} band={latest.band} />
    </NumberTile>
  )
}
