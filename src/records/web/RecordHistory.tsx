import { Button, Skeleton, Stack, Text } from '@mantine/core'
import { IconArrowBackUp, IconHistory } from '@tabler/icons-react'
import type { ComponentType } from 'react'
import type { Reply } from '../../core/endpoint.ts'
import { t, tellDetail } from '../../core/web/i18n.ts'
import { usePhones } from '../../core/web/phone.ts'
import { invalidate, useChange, useInfinite } from '../../core/web/query.ts'
import { useCan } from '../../core/web/rights.ts'
import { EmptyState } from '../../ui/EmptyState.tsx'
import { ErrorState } from '../../ui/ErrorState.tsx'
import { showDone } from '../../ui/toast.tsx'
import { RelativeTime } from '../../ui/values.tsx'
import type { CatalogueField, CatalogueKind } from '../catalogue.contract.ts'
import { findKind, type Kind } from '../kind.contract.ts'
import { type Change, endpointsOf, type TieChange, undoChanges } from '../records.contract.ts'
import { actorText } from './actors.ts'
import { labelText, useCatalogue } from './catalogue.ts'
import { MergeTold } from './FieldText.tsx'
import { useMembers, useTitles } from './names.ts'
import classes from './RecordHistory.module.css'
import { valueText } from './RecordValue.tsx'

export interface TieTellerProps {
  kind: string
  id: string
  ties: readonly TieChange[]
}
/** Says in items of a list what happened to relations: what it is called from either side is known to whose relations they are. */
export type TieTeller = ComponentType<TieTellerProps>

interface RecordHistoryProps {
  kind: Kind
  id: string
  Teller?: TieTeller | undefined
}

/** Who changed what and when, newest first, and a way back. */
export function RecordHistory({ kind, id, Teller }: RecordHistoryProps) {
  const list = useInfinite(endpointsOf(kind).history, { params: { id }, query: { limit: 30 } })
  const { catalogue } = useCatalogue()
  const visible = catalogue?.get(kind.name)
  const changes = list.items
  if (list.error && changes.length === 0) return <ErrorState error={list.error} onRetry={list.refetch} />
  if (!visible || list.is_loading) return <Skeleton height={220} />
  if (changes.length === 0)
    return (
      <EmptyState icon={IconHistory} title={t('records.history.none')}>
        {t('records.history.noneText')}
      </EmptyState>
    )
  return (
    <Stack gap="xs">
      <ol className={classes.list} aria-label={t('records.history.label')}>
        {changes.map(change => (
          <ChangeItem key={change.id} kind={kind} id={id} visible={visible} change={change} Teller={Teller} />
        ))}
      </ol>
      {list.has_more && (
        <Button variant="default" size="xs" loading={list.is_loading_more} onClick={list.more}>
          {t('records.history.more')}
        </Button>
      )}
    </Stack>
  )
}

interface ChangeItemProps extends RecordHistoryProps {
  visible: CatalogueKind
  change: Change
}

function ChangeItem({ kind, id, visible, change, Teller }: ChangeItemProps) {
  const actor = actorText(change.actor)
  const told = change.changes.flatMap(one => {
    const field = visible.fields.find(({ key }) => key === one.field)
    const isNews = change.action !== 'created' || (one.after !== null && one.field !== 'created_at')
    return field && isNews ? [{ field, before: one.before, after: one.after }] : []
  })
  const merge = change.changes.find(
    one => one.field === kind.merge?.into && (one.before ?? one.after) !== null,
  )
  return (
    <li className={classes.item}>
      <div className={classes.head}>
        <Text span size="sm">
          {t(`records.history.action.${change.action}`, { actor })}
        </Text>
        <Text span size="xs" c="dimmed">
          <RelativeTime at={change.at} />
        </Text>
      </div>
      {merge && (
        <Text size="sm">
          <MergeTold kind={kind.name} before={merge.before} after={merge.after} />
        </Text>
      )}
      {told.length > 0 && (
        <ul className={classes.changes}>
          {told.map(({ field, before, after }) => (
            <FieldChange key={field.key} field={field} before={before} after={after} />
          ))}
        </ul>
      )}
      {Teller && change.ties.length > 0 && (
        <ul className={classes.changes}>
          <Teller kind={kind.name} id={id} ties={change.ties} />
        </ul>
      )}
      {change.request_id && <Undo kind={kind} request_id={change.request_id} change={change} />}
    </li>
  )
}

function FieldChange({ field, before, after }: { field: CatalogueField; before: unknown; after: unknown }) {
  usePhones(field.type === 'phone')
  const members = useMembers()
  const ids = [before, after].filter(one => typeof one === 'string')
  const titles = useTitles(field.type === 'relation' && field.kind ? [{ kind: field.kind, ids }] : [])
  const shown = (value: unknown) =>
    valueText({ field, value, members, titles }) || t('records.history.nothing')
  return (
    <li>
      <Text span size="sm" c="dimmed">
        {labelText(field.label)}:{' '}
      </Text>
      {before !== null && (
        <>
          <Text span size="sm" td="line-through" c="dimmed">
            {shown(before)}
          </Text>{' '}
        </>
      )}
      <Text span size="sm">
        {shown(after)}
      </Text>
    </li>
  )
}

function reportUndo(reply: Reply<typeof undoChanges>): void {
  showDone(
    reply.conflicts.length > 0
      ? t('records.history.undoneBut', {
          count: reply.conflicts.length,
          why: reply.conflicts[0] && tellDetail(reply.conflicts[0]),
        })
      : t('records.history.undone'),
  )
}

interface UndoProps {
  kind: Kind
  request_id: string
  change: Change
}

/** An import or a change of many is taken back here for this record alone. */
function Undo({ kind, request_id, change: { record_id, ties } }: UndoProps) {
  const { get, list, history } = endpointsOf(kind)
  const tied = ties.flatMap(tie => findKind(tie.kind) ?? []).map(one => endpointsOf(one).list)
  const can = useCan()
  const { change, pending } = useChange(undoChanges, {
    onDone: reply => {
      reportUndo(reply)
      void invalidate([get, list, history, ...tied])
    },
  })
  if (!can('records.write')) return null
  return (
    <Button
      size="compact-xs"
      variant="subtle"
      leftSection={<IconArrowBackUp size={14} />}
      loading={pending}
      onClick={() => change({ body: { request_id, record_id } })}
    >
      {t('ui.undo.undo')}
    </Button>
  )
}
