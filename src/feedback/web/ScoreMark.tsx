import { Badge } from '@mantine/core'
import { t } from '../../core/web/i18n.ts'
import { NoValue } from '../../ui/values.tsx'
import { definitions, measures } from '../measures.contract.ts'
import type { SurveyResponse } from '../responses.contract.ts'

interface ScoreMarkProps {
  score: number | null
  band: SurveyResponse['band']
}

const [good, poor] = [0, 2].map(
  place => new Set(measures.map(measure => definitions[measure].bands[place]?.name)),
)
const colorOf = (band: string): string => (good?.has(band) ? 'pine' : poor?.has(band) ? 'clay' : 'gray')

/** The answer as it was given. The colour of its band only repeats what the figure says. */
export function ScoreMark({ score, band }: ScoreMarkProps) {
  if (score === null) return <NoValue />
  return (
    <Badge
      variant="light"
      color={band === null ? 'gray' : colorOf(band)}
      size="lg"
      w="2.625rem"
      px={0}
      className="rp-number"
      title={band ? t(`feedback.band.${band}`) : ''}
    >
      {score}
    </Badge>
  )
}
