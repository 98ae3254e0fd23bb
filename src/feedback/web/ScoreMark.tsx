import { Badge } from '@mantine/core'
import { t } from '../../core/web/i18n.ts'
import { NoValue } from '../../ui/values.tsx'
import type { SurveyResponse } from '../responses.contract.ts'

interface ScoreMarkProps {
  score: number | null
  band: SurveyResponse['band']
}

const colors = { promoters: 'pine', passives: 'gray', detractors: 'clay' } as const

/** The answer as it was given. The colour of its band only repeats what the figure says. */
export function ScoreMark({ score, band }: ScoreMarkProps) {
  if (score === null) return <NoValue />
  return (
    <Badge
      variant="light"
      color={band === null ? 'gray' : colors[band]}
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
