import { Alert, Button, Stack, Text } from '@mantine/core'
import { useState } from 'react'
import { formatDateTime, formatNumber } from '../../core/web/format.ts'
import { t } from '../../core/web/i18n.ts'
import { useChange, useEndpoint } from '../../core/web/query.ts'
import { useCan } from '../../core/web/rights.ts'
import { ConfirmDialog } from '../../ui/ConfirmDialog.tsx'
import { Progress } from '../../ui/Progress.tsx'
import { previewUndo, undoImport } from '../import-undo.contract.ts'
import { getImport, type Import, listImports } from '../imports.contract.ts'
import { KeptList } from './KeptList.tsx'

const undoable = new Set(['done', 'cancelled', 'failed', 'paused', 'undo_failed'])

/** Offered where something was written; what it would do is said before it is done. */
export function UndoImport({ of }: { of: Import }) {
  const [asked, setAsked] = useState(false)
  const may = useCan()('records.delete')
  const wrote = of.counts.created + of.counts.updated > 0
  if (!may || of.dry_run || !wrote || !undoable.has(of.status)) return null
  return (
    <>
      <Button variant="default" onClick={() => setAsked(true)}>
        {of.status === 'undo_failed' ? t('data.undo.goOn') : t('data.undo.button')}
      </Button>
      {asked && <Ask id={of.id} onClose={() => setAsked(false)} />}
    </>
  )
}

function Ask({ id, onClose }: { id: string; onClose: () => void }) {
  const params = { id }
  const preview = useEndpoint(previewUndo, { params })
  const undo = useChange(undoImport, { invalidates: [getImport, listImports], onDone: onClose })
  const told = preview.data
  const n = (count: number) => ({ count, n: formatNumber(count) })
  return (
    <ConfirmDialog
      opened
      danger
      title={t('data.undo.title')}
      confirmLabel={t('data.undo.confirm')}
      pending={undo.pending || preview.isPending}
      onConfirm={() => undo.change({ params })}
      onClose={onClose}
    >
      {!told && !preview.error && <Progress label={t('ui.loading')} />}
      {preview.error && <Text>{t('data.undo.unknown')}</Text>}
      {told && (
        <Stack gap={6} component="ul" m={0} pl="md">
          {told.would_delete > 0 && <li>{t('data.undo.wouldDelete', n(told.would_delete))}</li>}
          {told.would_restore > 0 && <li>{t('data.undo.wouldRestore', n(told.would_restore))}</li>}
          {told.interactions > 0 && <li>{t('data.undo.wouldTake', n(told.interactions))}</li>}
          {told.would_keep > 0 && <li>{t('data.undo.wouldKeep', n(told.would_keep))}</li>}
          {told.changed_since > 0 && <li>{t('data.undo.changedSince', n(told.changed_since))}</li>}
          <li>{t('data.undo.fieldsStay')}</li>
        </Stack>
      )}
    </ConfirmDialog>
  )
}

/** How far the undo of an import is, what it did, and what it left. */
export function Undone({ of }: { of: Import }) {
  const { undo } = of
  if (!undo) return null
  const told = {
    deleted: formatNumber(undo.deleted),
    restored: formatNumber(undo.restored),
    interactions: formatNumber(undo.interactions),
  }
  return (
    <Stack gap="md">
      {of.status === 'undoing' && (
        <Progress label={t('data.status.undoing')} value={undo.progress} detail={t('data.undo.leave')} />
      )}
      {undo.ended_at && (
        <Alert title={t('data.undo.done', { when: formatDateTime(undo.ended_at) })}>
          {t('data.undo.told', told)} {t('data.undo.again')}
        </Alert>
      )}
      {undo.kept > 0 && of.status !== 'undoing' && <KeptList import_id={of.id} kept={undo.kept} />}
    </Stack>
  )
}
