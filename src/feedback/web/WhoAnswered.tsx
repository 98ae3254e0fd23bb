import { Text } from '@mantine/core'
import { formatNumber, formatPercent } from '../../core/web/format.ts'
import { t } from '../../core/web/i18n.ts'
import type { Nps } from './nps-query.ts'
import classes from './WhoAnswered.module.css'

export function WhoAnswered({ answered }: { answered: Nps['answered'] }) {
  const steps = ['invited', 'opened', 'started', 'completed'] as const
  return (
    <div>
      <Text size="sm" c="dimmed" fw={560} mb="xs">
        {t('feedback.nps.whoTitle')}
      </Text>
      {answered.invited === 0 ? (
        <Text size="sm">{t('feedback.nps.rateNone')}</Text>
      ) : (
        <dl className={classes.steps}>
          {steps.map(step => (
            <div key={step}>
              <dt title={step === 'opened' ? t('feedback.nps.openedText') : undefined}>
                {t(`feedback.nps.${step}`)}
              </dt>
              <dd>{formatNumber(answered[step])}</dd>
            </div>
          ))}
          <div>
            <dt>
              {t('feedback.nps.rate')}
              <Text size="xs" c="dimmed">
                {t('feedback.nps.rateText')}
              </Text>
            </dt>
            <dd>{formatPercent(answered.response_rate ?? 0, 1)}</dd>
          </div>
        </dl>
      )}
      {answered.uninvited > 0 && (
        <Text size="xs" c="dimmed" mt="xs">
          {t('feedback.nps.uninvited', { count: answered.uninvited })}
        </Text>
      )}
    </div>
  )
}
