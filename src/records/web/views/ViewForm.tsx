import { Checkbox, Radio, Select, Stack, TextInput } from '@mantine/core'
import { useState } from 'react'
import { t } from '../../../core/web/i18n.ts'
import { invalidate, useChange } from '../../../core/web/query.ts'
import { FormDialog } from '../../../ui/Dialog.tsx'
import { showDone } from '../../../ui/toast.tsx'
import {
  createView,
  getView,
  listViews,
  type Sharing,
  sharings,
  updateView,
  type View,
} from '../../views.contract.ts'
import type { Parts } from './parts.ts'
import { useRoles } from './roles.ts'

interface ViewFormProps {
  kind: string
  /** The one that is renamed or shared; without, what the list shows is saved as a new one. */
  view: View | undefined
  parts: Parts
  onClose: () => void
  onSaved: (id: string) => void
}

export function ViewForm({ kind, view, parts, onClose, onSaved }: ViewFormProps) {
  const [name, setName] = useState(view?.name ?? '')
  const [shared, setShared] = useState<Sharing>(view?.shared ?? 'private')
  const [role, setRole] = useState<string | null>(view?.role ?? null)
  const [pinned, setPinned] = useState(view?.pinned ?? true)
  const onDone = async (saved: View) => {
    await invalidate([listViews, getView])
    showDone(t('records.views.saved', { view: saved.name }))
    onClose()
    onSaved(saved.id)
  }
  const create = useChange(createView, { quiet: true, onDone })
  const update = useChange(updateView, { quiet: true, onDone })
  const submit = () => {
    const sharing = { name: name.trim(), shared, role: shared === 'role' ? role : null, pinned }
    const { filter, q, sort, columns } = parts
    if (view) update.change({ params: { id: view.id }, body: sharing })
    else
      create.change({
        body: { kind, ...sharing, filter, search: q, sort, columns: columns && [...columns] },
      })
  }
  const complete = name.trim() !== '' && (shared !== 'role' || role !== null)
  return (
    <FormDialog
      onClose={onClose}
      title={t(view ? 'records.views.edit' : 'records.views.saveAs')}
      submitLabel={t('records.views.save')}
      onSubmit={submit}
      pending={create.pending || update.pending}
      complete={complete}
      error={create.error ?? update.error}
    >
      <TextInput
        label={t('records.views.name')}
        value={name}
        maxLength={80}
        data-autofocus
        onChange={event => setName(event.currentTarget.value)}
      />
      <Radio.Group
        label={t('records.views.sharing')}
        value={shared}
        onChange={value => setShared(sharings.find(one => one === value) ?? 'private')}
      >
        <Stack gap={6} mt={6}>
          {sharings.map(one => (
            <Radio key={one} value={one} label={t(`records.views.sharing_${one}`)} />
          ))}
        </Stack>
      </Radio.Group>
      {shared === 'role' && <RoleChoice role={role} onRole={setRole} />}
      <Checkbox
        label={t('records.views.pinned')}
        checked={pinned}
        onChange={event => setPinned(event.currentTarget.checked)}
      />
    </FormDialog>
  )
}

const RoleChoice = ({ role, onRole }: { role: string | null; onRole: (role: string | null) => void }) => (
  <Select label={t('records.views.role')} data={useRoles()} value={role} onChange={onRole} />
)
