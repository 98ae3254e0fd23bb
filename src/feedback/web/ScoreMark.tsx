import { Badge } from '@mantine/core'
import { t } from '../../core/web/i18n.ts'
import { NoValue } from '../../ui/values.tsx'
import type { SurveyResponse } from '../responses.contract.ts'

interface ScoreMarkProps {
  score: number | null
  band: SurveyResponse['band']
}

/** The answer as it was given; its band is said in words, not by colour. */
export function ScoreMark({ score, band }: ScoreMarkProps) {
  if (score === null) return <NoValue />
  return (
    <Badge variant="default" size="lg" className="rp-number" title={band ? t(`feedback.band.${band}`) : ''}>
      {score}
    </Badge>
  )
}
