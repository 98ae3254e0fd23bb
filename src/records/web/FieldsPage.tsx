import { Badge, Button, Code, Group, SegmentedControl, Stack, Switch, Table, Text } from '@mantine/core'
import { IconForms, IconPlus } from '@tabler/icons-react'
import { useEffect, useState } from 'react'
import { call } from '../../core/web/call.ts'
import { t } from '../../core/web/i18n.ts'
import { Link, useSearchParams } from '../../core/web/navigation.tsx'
import { invalidate, useChange, useInfinite } from '../../core/web/query.ts'
import { useCan } from '../../core/web/rights.ts'
import { EmptyState } from '../../ui/EmptyState.tsx'
import { ErrorState } from '../../ui/ErrorState.tsx'
import { Page } from '../../ui/Page.tsx'
import { showDone, showUndo } from '../../ui/toast.tsx'
import { archiveField, type Field, listFields, listKinds, restoreField } from '../fields.contract.ts'
import { labelText, useCatalogue } from './catalogue.ts'
import { FieldForm } from './FieldForm.tsx'

/** The fields a workspace makes for itself. */
export default function FieldsPage() {
  const { catalogue } = useCatalogue()
  const [search, set] = useSearchParams()
  const [editing, setEditing] = useState<Field | 'new'>()
  const archived = search['archived'] === 'true'
  const kinds = [...(catalogue?.values() ?? [])].filter(one => !one.ties)
  const kind = search['kind'] ?? kinds[0]?.name ?? ''
  const can = useCan()
  const list = useInfinite(
    listFields,
    { query: { kind, archived: archived ? 'true' : 'false' } },
    { enabled: kind !== '' },
  )
  const { items, error, refetch, has_more, more } = list
  useEffect(() => {
    if (has_more && !error) more()
  }, [has_more, error, more])
  const add = can('fields.manage') && !archived && (
    <Button leftSection={<IconPlus size={16} />} onClick={() => setEditing('new')}>
      {t('records.fields.new')}
    </Button>
  )
  return (
    <Page title={t('records.fields.title')} subtitle={t('records.fields.subtitle')} actions={add}>
      <Stack gap="md">
        <Group justify="space-between">
          <SegmentedControl
            aria-label={t('records.fields.kind')}
            value={kind}
            onChange={next => set({ kind: next }, { replace: true })}
            data={kinds.map(one => ({ value: one.name, label: labelText(one.label.many) }))}
          />
          <Switch
            label={t('records.fields.showArchived')}
            checked={archived}
            onChange={event => set({ archived: event.currentTarget.checked || null }, { replace: true })}
          />
        </Group>
        {error && <ErrorState error={error} onRetry={refetch} />}
        {items.length > 0 && <FieldTable fields={items} onEdit={setEditing} />}
        {items.length === 0 && kind !== '' && !list.is_loading && !error && (
          <EmptyState
            icon={IconForms}
            title={t(archived ? 'records.fields.noneArchived' : 'records.fields.none')}
            action={add}
          >
            {!archived && t('records.fields.noneText')}
          </EmptyState>
        )}
      </Stack>
      {editing && kind !== '' && (
        <FieldForm
          kind={kind}
          field={editing === 'new' ? undefined : editing}
          onClose={() => setEditing(undefined)}
        />
      )}
    </Page>
  )
}

const touched = [listFields, listKinds]

function FieldTable({ fields, onEdit }: { fields: readonly Field[]; onEdit: (field: Field) => void }) {
  return (
    <Table.ScrollContainer minWidth={320} type="native">
      <Table verticalSpacing="xs" aria-label={t('records.fields.title')}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('records.fields.label')}</Table.Th>
            <Table.Th>{t('records.fields.type')}</Table.Th>
            <Table.Th visibleFrom="sm">{t('records.fields.privacy')}</Table.Th>
            <Table.Th aria-label={t('records.fields.actions')} />
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {fields.map(field => (
            <FieldRow key={field.id} field={field} onEdit={() => onEdit(field)} />
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  )
}

function FieldRow({ field, onEdit }: { field: Field; onEdit: () => void }) {
  const can = useCan()
  const archive = useChange(archiveField, {
    invalidates: touched,
    onDone: () =>
      showUndo({
        message: t('records.fields.archived', { field: labelText(field.label) }),
        undo: async () => {
          await call(restoreField, { params: { id: field.id } })
          await invalidate(touched)
        },
      }),
  })
  const restore = useChange(restoreField, {
    invalidates: touched,
    onDone: () => showDone(t('records.fields.restored', { field: labelText(field.label) })),
  })
  const params = { id: field.id }
  const active = field.options.filter(option => !option.archived)
  return (
    <Table.Tr>
      <Table.Td>
        <Text size="sm" fw={500}>
          {labelText(field.label)}
        </Text>
        <Code>{`custom.${field.key}`}</Code>
        {active.length > 0 && (
          <Text size="xs" c="dimmed" lineClamp={1}>
            {active.map(option => labelText(option.label)).join(', ')}
          </Text>
        )}
      </Table.Td>
      <Table.Td>{t(`records.fields.types.${field.type}`)}</Table.Td>
      <Table.Td visibleFrom="sm">
        <Badge variant="default" tt="none" fw={500}>
          {t(`records.fields.classes.${field.privacy_class}`)}
        </Badge>
      </Table.Td>
      <Table.Td>
        {can('fields.manage') && field.is_tags && (
          <Group justify="flex-end">
            <Link to={`/settings/tags?kind=${field.kind}`}>{t('records.tags.title')}</Link>
          </Group>
        )}
        {can('fields.manage') && !field.is_tags && (
          <Group gap={4} justify="flex-end">
            {field.archived_at ? (
              <Button
                size="compact-xs"
                variant="default"
                loading={restore.pending}
                onClick={() => restore.change({ params })}
              >
                {t('records.fields.restore')}
              </Button>
            ) : (
              <>
                <Button size="compact-xs" variant="default" onClick={onEdit}>
                  {t('records.fields.edit')}
                </Button>
                <Button
                  size="compact-xs"
                  variant="subtle"
                  color="clay"
                  loading={archive.pending}
                  onClick={() => archive.change({ params })}
                >
                  {t('records.fields.archive')}
                </Button>
              </>
            )}
          </Group>
        )}
      </Table.Td>
    </Table.Tr>
  )
}
