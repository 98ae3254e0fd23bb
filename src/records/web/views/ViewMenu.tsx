import { ActionIcon, Menu } from '@mantine/core'
import { IconBookmarks } from '@tabler/icons-react'
import { call } from '../../../core/web/call.ts'
import { t } from '../../../core/web/i18n.ts'
import { invalidate, useChange } from '../../../core/web/query.ts'
import { useCan } from '../../../core/web/rights.ts'
import { showDone, showUndo } from '../../../ui/toast.tsx'
import {
  deleteView,
  getView,
  listViews,
  restoreView,
  setMyDefaultView,
  setRoleDefaultView,
  updateView,
  type View,
} from '../../views.contract.ts'
import { useRoles } from './roles.ts'
import type { ListView } from './use-list-view.ts'

interface ViewMenuProps {
  list: ListView
  onEdit: (view: View) => void
  onSaveAs: () => void
}

const touched = [listViews, getView]

/** Every view of the list, and what can be done with the open one. */
export function ViewMenu({ list, onEdit, onSaveAs }: ViewMenuProps) {
  const { view, views } = list
  return (
    <Menu withinPortal>
      <Menu.Target>
        <ActionIcon variant="default" size="md" aria-label={t('records.views.menu')}>
          <IconBookmarks size={16} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown mah={440} style={{ overflowY: 'auto' }}>
        {views.length > 0 && <Menu.Label>{t('records.views.label')}</Menu.Label>}
        {views.map(one => (
          <Menu.Item key={one.id} fw={one.id === view?.id ? 600 : 400} onClick={() => list.open(one.id)}>
            {one.name}
          </Menu.Item>
        ))}
        {views.length > 0 && <Menu.Divider />}
        <Menu.Item onClick={onSaveAs}>{t('records.views.saveAs')}</Menu.Item>
        {view && <OfView list={list} view={view} onEdit={onEdit} />}
      </Menu.Dropdown>
    </Menu>
  )
}

function OfView({ list, view, onEdit }: { list: ListView; view: View; onEdit: (view: View) => void }) {
  const pin = useChange(updateView, { invalidates: touched })
  const mine = useChange(setMyDefaultView, { invalidates: touched })
  const remove = useRemoval(list, view)
  const params = { id: view.id }
  return (
    <>
      <Menu.Label>{view.name}</Menu.Label>
      <Menu.Item onClick={() => void copyAddress(list, view)}>{t('records.views.copy')}</Menu.Item>
      <Menu.Item
        onClick={() =>
          mine.change({ body: { kind: view.kind, view_id: view.is_my_default ? null : view.id } })
        }
      >
        {t(view.is_my_default ? 'records.views.noDefault' : 'records.views.myDefault')}
      </Menu.Item>
      <RoleDefaults view={view} />
      {view.may_change && (
        <>
          <Menu.Item onClick={() => pin.change({ params, body: { pinned: !view.pinned } })}>
            {t(view.pinned ? 'records.views.unpin' : 'records.views.pin')}
          </Menu.Item>
          <Menu.Item onClick={() => onEdit(view)}>{t('records.views.edit')}</Menu.Item>
          <Menu.Item onClick={() => remove.change({ params })}>{t('records.views.delete')}</Menu.Item>
        </>
      )}
    </>
  )
}

function useRemoval(list: ListView, view: View) {
  return useChange(deleteView, {
    onDone: async () => {
      list.open(null)
      await invalidate(touched)
      showUndo({
        message: t('records.views.deleted', { view: view.name }),
        undo: async () => {
          await call(restoreView, { params: { id: view.id } })
          await invalidate(touched)
          list.open(view.id)
        },
      })
    },
  })
}

/** Whom the list opens with this view for, among those who see it. */
function RoleDefaults({ view }: { view: View }) {
  const can = useCan()
  const roles = useRoles()
  const change = useChange(setRoleDefaultView, { invalidates: touched })
  if (!can('fields.manage') || view.shared === 'private') return null
  return roles
    .filter(({ value }) => view.shared === 'workspace' || value === view.role)
    .map(({ value, label }) => {
      const isDefault = view.default_roles.includes(value)
      return (
        <Menu.Item
          key={value}
          onClick={() =>
            change.change({ body: { kind: view.kind, role: value, view_id: isDefault ? null : view.id } })
          }
        >
          {t(isDefault ? 'records.views.noRoleDefault' : 'records.views.roleDefault', { role: label })}
        </Menu.Item>
      )
    })
}

async function copyAddress(list: ListView, view: View): Promise<void> {
  try {
    await navigator.clipboard.writeText(`${location.origin}${location.pathname}?view=${view.id}`)
    showDone(t('records.views.copied'))
  } catch {
    // Browsers keep the clipboard from pages that come without TLS.
    list.open(view.id)
    showDone(t('records.views.notCopied'))
  }
}
