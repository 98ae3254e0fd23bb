import { Alert, Button, Group, Text } from '@mantine/core'
import { IconDeviceFloppy } from '@tabler/icons-react'
import { useState } from 'react'
import { t } from '../../../core/web/i18n.ts'
import { invalidate, useChange } from '../../../core/web/query.ts'
import { useCommands } from '../../../ui/palette/commands.ts'
import { showDone } from '../../../ui/toast.tsx'
import type { Kind } from '../../kind.contract.ts'
import { listViews, updateView, type View } from '../../views.contract.ts'
import { labelText } from '../catalogue.ts'
import type { ListView } from './use-list-view.ts'
import classes from './ViewBar.module.css'
import { ViewForm } from './ViewForm.tsx'
import { ViewMenu } from './ViewMenu.tsx'

/** The views of a list: pinned ones as tabs, the others in a menu, and whether the open one was changed. */
export function ViewBar({ kind, list }: { kind: Kind; list: ListView }) {
  const [form, setForm] = useState<'new' | View>()
  const { view, views, changed } = list
  const tabs = views.filter(one => one.pinned || one.id === view?.id)
  const saveAs = () => setForm('new')
  useCommands([
    ...views.map(one => ({
      id: `view.${one.id}`,
      label: t('records.views.command', { view: one.name }),
      run: () => list.open(one.id),
    })),
    { id: 'view.save_as', label: t('records.views.saveAs'), run: saveAs },
  ])
  return (
    <>
      <Group className={classes.bar} gap="xs" wrap="nowrap">
        <nav className={classes.tabs} aria-label={t('records.views.label')}>
          <Tab name={labelText(kind.label.many)} open={!view} onOpen={() => list.open(null)} all />
          {tabs.map(one => (
            <Tab key={one.id} name={one.name} open={one.id === view?.id} onOpen={() => list.open(one.id)} />
          ))}
        </nav>
        <ViewMenu list={list} onEdit={setForm} onSaveAs={saveAs} />
        {view && changed && <Unsaved list={list} view={view} onSaveAs={saveAs} />}
      </Group>
      {list.missing && <Notice text={t('records.views.missing')} />}
      {view && view.withheld.length > 0 && <Notice text={withheldText(view)} />}
      {form && (
        <ViewForm
          kind={kind.name}
          view={form === 'new' ? undefined : form}
          parts={list.parts}
          onClose={() => setForm(undefined)}
          onSaved={id => form === 'new' && list.open(id)}
        />
      )}
    </>
  )
}

const withheldText = ({ withheld }: View) =>
  t('records.views.withheld', { parts: withheld.map(part => t(`records.views.part_${part}`)).join(', ') })

const Notice = ({ text }: { text: string }) => (
  <Alert className={classes.notice} color="amber" variant="light" role="status">
    {text}
  </Alert>
)

interface TabProps {
  name: string
  open: boolean
  onOpen: () => void
  all?: boolean
}

const Tab = ({ name, open, onOpen, all = false }: TabProps) => (
  <button
    type="button"
    className={classes.tab}
    aria-current={open ? 'page' : undefined}
    aria-label={all ? t('records.views.all', { kind: name }) : undefined}
    onClick={onOpen}
  >
    {all ? t('records.views.allShort') : name}
  </button>
)

interface UnsavedProps {
  list: ListView
  view: View
  onSaveAs: () => void
}

function Unsaved({ list, view, onSaveAs }: UnsavedProps) {
  const save = useChange(updateView, {
    onDone: async () => {
      await invalidate([listViews])
      list.open(view.id)
      showDone(t('records.views.saved', { view: view.name }))
    },
  })
  return (
    <Group gap={6} wrap="nowrap" className={classes.unsaved}>
      <Text size="sm" c="dimmed" role="status">
        {t('records.views.changed')}
      </Text>
      {view.may_change && (
        <Button
          size="compact-sm"
          leftSection={<IconDeviceFloppy size={15} aria-hidden />}
          loading={save.pending}
          onClick={() => save.change({ params: { id: view.id }, body: list.changes })}
        >
          {t('records.views.save')}
        </Button>
      )}
      <Button size="compact-sm" variant="default" onClick={onSaveAs}>
        {t('records.views.saveAs')}
      </Button>
      <Button size="compact-sm" variant="subtle" onClick={() => list.open(view.id)}>
        {t('records.views.discard')}
      </Button>
    </Group>
  )
}
