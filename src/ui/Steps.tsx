import { IconCheck } from '@tabler/icons-react'
import { t } from '../core/web/i18n.ts'
import classes from './Steps.module.css'

interface StepsProps {
  label: string
  steps: readonly string[]
  /** Counted from 0. */
  current: number
  /** Steps already made can be gone back to. */
  onGo?: (step: number) => void
}

export function Steps({ label, steps, current, onGo }: StepsProps) {
  return (
    <nav aria-label={label}>
      <ol className={classes.steps}>
        {steps.map((step, index) => {
          const done = index < current
          return (
            <li
              key={step}
              className={classes.step}
              data-done={done || undefined}
              {...(index === current ? { 'aria-current': 'step' as const } : {})}
            >
              <span className={classes.number} aria-hidden>
                {done ? <IconCheck size={14} /> : index + 1}
              </span>
              {done && onGo ? (
                <button type="button" className={classes.go} onClick={() => onGo(index)}>
                  {step}
                  <span className={classes.unseen}> {t('ui.steps.done')}</span>
                </button>
              ) : (
                <span>{step}</span>
              )}
            </li>
          )
        })}
      </ol>
    </nav>
  )
}
