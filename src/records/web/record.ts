import { useMemo } from 'react'
import { call } from '../../core/web/call.ts'
import { instantText } from '../../core/web/format.ts'
import { t } from '../../core/web/i18n.ts'
import { edit, editItems, invalidate, useChange, useEndpoint } from '../../core/web/query.ts'
import { showUndo } from '../../ui/toast.tsx'
import type { CatalogueField } from '../catalogue.contract.ts'
import { findKind, type Kind } from '../kind.contract.ts'
import { endpointsOf } from '../records.contract.ts'

export interface AnyRecord extends Record<string, unknown> {
  id: string
  custom: Record<string, unknown>
}

export const valueOf = (record: AnyRecord, key: string): unknown =>
  key.startsWith('custom.') ? record.custom[key.slice('custom.'.length)] : record[key]

/** What somebody is called, else an address or an id, as the server calls them. */
export function titleOf(
  kind: Pick<Kind, 'name' | 'title'>,
  record: Readonly<Record<string, unknown>>,
): string {
  const keys = [kind.title, ...(findKind(kind.name)?.named_by ?? [])]
  const known = keys.map(key => record[key]).find(one => typeof one === 'string' && one !== '')
  return typeof known === 'string' ? known : t('records.value.unnamed')
}

export const isEmpty = (value: unknown): boolean =>
  value === null || value === undefined || value === '' || (Array.isArray(value) && value.length === 0)

/** What a form's control holds, as it is written: an empty input is null, a time by the reader's clock an instant. */
export function sentValue(field: CatalogueField, value: unknown): unknown {
  if (isEmpty(value)) return null
  return field.type === 'date_time' && typeof value === 'string' ? instantText(value) : value
}

/** `{ name: 'x' }` or `{ custom: { tier: 'gold' } }`: how a field is written. */
export const inputFor = (key: string, value: unknown): Record<string, unknown> =>
  key.startsWith('custom.') ? { custom: { [key.slice('custom.'.length)]: value } } : { [key]: value }

export function useRecord(kind: Kind, id: string, { enabled = true }: { enabled?: boolean } = {}) {
  const { data, error, isPending, refetch } = useEndpoint(
    endpointsOf(kind).get,
    { params: { id } },
    { enabled },
  )
  return {
    record: data as AnyRecord | undefined,
    error,
    is_loading: isPending && enabled,
    retry: () => void refetch(),
  }
}

interface FieldEdit {
  record: AnyRecord
  key: string
  label: string
  value: unknown
}

/** Writes one field: on the screen at once, back if it was refused, and with a way to undo it. */
export function useRecordEdit(kind: Kind): (change: FieldEdit) => Promise<void> {
  const endpoints = useMemo(() => endpointsOf(kind), [kind])
  const after = [endpoints.get, endpoints.list, endpoints.history]
  const write = useChange(endpoints.update, {
    quiet: true,
    invalidates: after,
    optimistic: input => {
      const body = (input.body ?? {}) as Record<string, unknown>
      const id = input.params?.id ?? ''
      const changed = <R>(record: R): R => patched(record as AnyRecord, id, body) as R
      return [edit(endpoints.get, { params: { id } }, changed), editItems(endpoints.list, changed)]
    },
  })
  return async ({ record, key, label, value }) => {
    const before = valueOf(record, key) ?? null
    const params = { id: record.id }
    await write.changing({ params, body: inputFor(key, value) })
    showUndo({
      message: t('records.edit.changed', { field: label }),
      undo: async () => {
        await call(endpoints.update, { params, body: inputFor(key, before) })
        await invalidate(after)
      },
    })
  }
}

function patched(record: AnyRecord, id: string, body: Record<string, unknown>): AnyRecord {
  if (record.id !== id) return record
  const custom = (body['custom'] ?? {}) as Record<string, unknown>
  return { ...record, ...body, id, custom: { ...record.custom, ...custom } }
}
