import { useEffect } from 'react'
import { t } from '../core/web/i18n.ts'
import { useIsOnline, useWaitingChanges } from '../core/web/query.ts'
import classes from './WaitingChanges.module.css'

/** What was changed without a connection is on the screen and saved nowhere: that is said, and asked about before it is lost. */
export function WaitingChanges() {
  const count = useWaitingChanges()
  const areWaiting = count > 0
  const isOnline = useIsOnline()
  const said = areWaiting ? t('ui.waiting', { count }) : isOnline ? undefined : t('ui.offline')
  useEffect(() => {
    if (!areWaiting) return undefined
    const ask = (event: BeforeUnloadEvent) => event.preventDefault()
    window.addEventListener('beforeunload', ask)
    return () => window.removeEventListener('beforeunload', ask)
  }, [areWaiting])
  return (
    <div role="status" className={classes.place}>
      {said && <span className={classes.text}>{said}</span>}
    </div>
  )
}
