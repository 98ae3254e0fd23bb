import { Text, UnstyledButton } from '@mantine/core'
import { formatNumber, formatPercent } from '../../core/web/format.ts'
import { t } from '../../core/web/i18n.ts'
import type { Measured, WhoNumber } from './measure-query.ts'
import classes from './WhoAnswered.module.css'

interface WhoAnsweredProps {
  answered: Measured['answered']
  onPick: (who: WhoNumber) => void
}

/** How far those who were asked came; every number opens its rows, where the survey's promise allows it. */
export function WhoAnswered({ answered, onPick }: WhoAnsweredProps) {
  const { guarded, withheld, invited, uninvited } = answered
  return (
    <div>
      <Text size="sm" c="dimmed" fw={560} mb="xs">
        {t('feedback.score.whoTitle')}
      </Text>
      {invited === 0 ? (
        <Text size="sm">{t('feedback.score.rateNone')}</Text>
      ) : (
        <Steps answered={answered} onPick={onPick} />
      )}
      {guarded && invited > 0 && (
        <Text size="xs" c="dimmed" mt="xs">
          {t(`feedback.score.${withheld ? 'stepsWithheld' : 'stepsGuarded'}`)}
        </Text>
      )}
      {uninvited === null && (
        <Text size="xs" c="dimmed" mt="xs">
          {t('feedback.score.uninvitedWithheld')}
        </Text>
      )}
      {uninvited !== null && uninvited > 0 && (
        <UnstyledButton className={classes.sentence} onClick={() => onPick('uninvited')}>
          {t('feedback.score.uninvited', { count: uninvited, n: formatNumber(uninvited) })}
        </UnstyledButton>
      )}
    </div>
  )
}

const steps = ['invited', 'opened', 'started', 'completed'] as const

function Steps({ answered, onPick }: WhoAnsweredProps) {
  const { guarded, response_rate: rate } = answered
  return (
    <dl className={classes.steps}>
      {steps.map(step => {
        const count = answered[step]
        return (
          <div key={step}>
            <dt title={step === 'opened' ? t('feedback.score.openedText') : undefined}>
              {t(`feedback.score.${step}`)}
            </dt>
            <Count
              name={t(`feedback.score.${step}`)}
              text={count === null ? null : formatNumber(count)}
              {...(guarded && step !== 'invited' ? {} : { onOpen: () => onPick(step) })}
            />
          </div>
        )
      })}
      <div>
        <dt>
          {t('feedback.score.rate')}
          <Text size="xs" c="dimmed">
            {t('feedback.score.rateText')}
          </Text>
        </dt>
        <Count
          name={t('feedback.score.rate')}
          text={rate === null ? null : formatPercent(rate, 1)}
          {...(guarded ? {} : { onOpen: () => onPick('rate') })}
        />
      </div>
    </dl>
  )
}

interface CountProps {
  name: string
  /** null: not told. */
  text: string | null
  onOpen?: () => void
}

function Count({ name, text, onOpen }: CountProps) {
  return (
    <dd>
      {onOpen && text !== null ? (
        <UnstyledButton
          className={classes.number}
          aria-label={t('feedback.asked.counted', { name, n: text })}
          onClick={onOpen}
        >
          {text}
        </UnstyledButton>
      ) : (
        (text ?? '–')
      )}
    </dd>
  )
}
