import { Button, CloseButton, Group, Text } from '@mantine/core'
import { IconEdit, IconTag, IconTrash, IconUserShare } from '@tabler/icons-react'
import { lazy, Suspense, useState } from 'react'
import { formatNumber } from '../../../core/web/format.ts'
import { t } from '../../../core/web/i18n.ts'
import { useCan } from '../../../core/web/rights.ts'
import { Slot } from '../../../core/web/slots.tsx'
import { useCommands, useSelection } from '../../../ui/palette/commands.ts'
import type { CatalogueKind } from '../../catalogue.contract.ts'
import type { Kind } from '../../kind.contract.ts'
import { nameOf } from '../catalogue.ts'
import { type Chosen, chosenIds } from './bulk.ts'
import classes from './SelectionBar.module.css'
import type { ChosenRows } from './use-chosen.ts'

const BulkDialog = lazy(() => import('./BulkDialog.tsx'))
const TagDialog = lazy(() => import('./TagDialog.tsx'))

export type BulkAction = 'edit' | 'tag' | 'owner' | 'delete'

interface Doing {
  action: BulkAction
  chosen: Chosen
  count: number
}

interface SelectionBarProps {
  kind: Kind
  visible: CatalogueKind
  rows: ChosenRows
  /** All that are loaded are marked, and there are more. */
  hasMore: boolean
  /** How many the list has; `exact` is false where nobody counted further. */
  total: { count: number; exact: boolean } | undefined
}

const icons = { edit: IconEdit, tag: IconTag, owner: IconUserShare, delete: IconTrash } as const

/** What can be done with the marked rows; stands there as long as there are any. */
export function SelectionBar({ kind, visible, rows, hasMore, total }: SelectionBarProps) {
  const can = useCan()
  // As it was chosen when the dialog opened: what was done clears the choice, and what was refused is told afterwards.
  const [doing, setDoing] = useState<Doing | null>(null)
  const { count, everything } = rows
  const begin = (action: BulkAction) => setDoing({ action, chosen: rows.chosen, count })
  const what = { n: formatNumber(count), kind: nameOf(kind, count) }
  const label = t(everything ? 'records.bulk.everything' : 'records.bulk.chosen', what)
  const actions = [
    ...(can('records.write') ? (['edit', 'tag'] as const) : []),
    ...(can('records.write') && kind.owner !== undefined ? (['owner'] as const) : []),
    ...(can('records.delete') ? (['delete'] as const) : []),
  ]
  useSelection(count > 0 ? { label, kind: kind.name, ids: [...rows.ids] } : null)
  useCommands(
    count > 0
      ? actions.map(one => ({
          id: `bulk.${one}`,
          label: t(`records.bulk.command_${one}`, what),
          needsSelection: true,
          run: () => begin(one),
        }))
      : [],
  )
  return (
    <>
      {count > 0 && (
        <Group className={classes.bar} gap="xs" role="group" aria-label={t('records.bulk.label')}>
          <Text size="sm" fw={560} aria-live="polite">
            {label}
          </Text>
          {hasMore && !everything && <Everything rows={rows} total={total} />}
          <Group gap={4} className={classes.actions}>
            {actions.map(one => {
              const Icon = icons[one]
              return (
                <Button
                  key={one}
                  size="compact-sm"
                  variant="subtle"
                  color={one === 'delete' ? 'clay' : 'pine'}
                  leftSection={<Icon size={15} aria-hidden />}
                  onClick={() => begin(one)}
                >
                  {t(`records.bulk.${one}`)}
                </Button>
              )
            })}
            <Slot
              name="list.actions"
              kind={kind.name}
              selection={{ count, ids: signal => chosenIds(kind, rows.chosen, signal) }}
            />
            <CloseButton size="sm" aria-label={t('records.bulk.clear')} onClick={rows.clear} />
          </Group>
        </Group>
      )}
      {doing && (
        <Suspense fallback={null}>
          <Dialog
            doing={doing}
            kind={kind}
            visible={visible}
            onClose={() => setDoing(null)}
            onDone={rows.clear}
          />
        </Suspense>
      )}
    </>
  )
}

interface DialogProps extends Pick<SelectionBarProps, 'kind' | 'visible'> {
  doing: Doing
  onClose: () => void
  onDone: () => void
}

const Dialog = ({ doing: { action, ...chosen }, visible, ...rest }: DialogProps) =>
  action === 'tag' ? (
    <TagDialog {...chosen} {...rest} />
  ) : (
    <BulkDialog {...chosen} {...rest} visible={visible} action={action} />
  )

/** Only what is loaded is marked; the rest is offered by its number, or it is said that there are too many. */
function Everything({ rows, total }: Pick<SelectionBarProps, 'rows' | 'total'>) {
  if (!total) return null
  if (!total.exact)
    return (
      <Text size="sm" c="dimmed">
        {t('records.bulk.tooMany', { n: formatNumber(total.count) })}
      </Text>
    )
  return (
    <Button size="compact-sm" variant="subtle" onClick={rows.chooseEverything}>
      {t('records.bulk.chooseEverything', { n: formatNumber(total.count) })}
    </Button>
  )
}
