import { Text } from '@mantine/core'
import { formatNumber } from '../../../core/web/format.ts'
import { t } from '../../../core/web/i18n.ts'
import { useChange, useEndpoint } from '../../../core/web/query.ts'
import { ConfirmDialog } from '../../../ui/ConfirmDialog.tsx'
import { ErrorState } from '../../../ui/ErrorState.tsx'
import { previewSampleRemoval, removeSample } from '../../sample/sample.contract.ts'
import classes from './Sample.module.css'
import { refreshSample } from './use-sample.ts'

/** Says what goes, and first what others have added to it since. */
export function RemoveSample({ onClose }: { onClose: () => void }) {
  const preview = useEndpoint(previewSampleRemoval)
  const { change, pending } = useChange(removeSample, {
    onDone: () => {
      refreshSample()
      onClose()
    },
  })
  const going = preview.data
  return (
    <ConfirmDialog
      opened
      danger
      title={t('data.sample.removeTitle')}
      confirmLabel={t(going?.blocked ? 'data.sample.close' : 'data.sample.remove')}
      pending={pending || preview.isPending}
      onConfirm={() => (going && !going.blocked ? change({}) : onClose())}
      onClose={onClose}
    >
      {preview.error && !going && (
        <ErrorState compact error={preview.error} onRetry={() => void preview.refetch()} />
      )}
      {going && (
        <>
          {going.added.length > 0 && (
            <>
              <Text fw={560}>{t('data.sample.added')}</Text>
              <ul className={classes.added}>
                {going.added.map(({ what, count }) => (
                  <li key={what}>{t(`data.sample.${what}`, { count, n: formatNumber(count) })}</li>
                ))}
              </ul>
            </>
          )}
          <Text mt={going.added.length > 0 ? 'sm' : 0}>
            {t('data.sample.goes', {
              companies: formatNumber(going.companies),
              people: formatNumber(going.people),
              interactions: formatNumber(going.interactions),
              answers: formatNumber(going.answers),
            })}
          </Text>
        </>
      )}
    </ConfirmDialog>
  )
}
