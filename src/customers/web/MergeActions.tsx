import { Button, Group } from '@mantine/core'
import { IconArrowsSplit2, IconGitMerge } from '@tabler/icons-react'
import { useState } from 'react'
import { t } from '../../core/web/i18n.ts'
import { useGo } from '../../core/web/navigation.tsx'
import { useEndpoint } from '../../core/web/query.ts'
import { useCan } from '../../core/web/rights.ts'
import { DeleteRecord, recordAddress } from '../../records/web/index.ts'
import { useCommands } from '../../ui/palette/commands.ts'
import { MergeDialog } from './MergeDialog.tsx'
import type { Mergeable } from './mergeable.ts'
import { UnmergeDialog } from './UnmergeDialog.tsx'

/** What may be done with a customer as a whole. */
export function MergeActions({ mergeable, id, name }: { mergeable: Mergeable; id: string; name: string }) {
  const can = useCan()
  const go = useGo()
  const [open, setOpen] = useState<'merge' | 'unmerge' | null>(null)
  const merges = useEndpoint(mergeable.merges, { params: { id } }, { enabled: can('records.merge') })
  const isMerged = (merges.data?.items.length ?? 0) > 0
  const { kind } = mergeable
  useCommands(
    can('records.merge')
      ? [
          {
            id: `${kind.name}.merge`,
            label: t(`customers.${kind.name}Merge.command`, { name }),
            run: () => setOpen('merge'),
          },
        ]
      : [],
  )
  return (
    <Group gap="xs">
      {can('records.merge') && (
        <Button variant="default" leftSection={<IconGitMerge size={16} />} onClick={() => setOpen('merge')}>
          {t('customers.merge.open')}
        </Button>
      )}
      {isMerged && can('records.merge') && (
        <Button
          variant="default"
          leftSection={<IconArrowsSplit2 size={16} />}
          onClick={() => setOpen('unmerge')}
        >
          {t('customers.unmerge.open')}
        </Button>
      )}
      {can('records.delete') && <DeleteRecord kind={kind} id={id} />}
      {open === 'merge' && (
        <MergeDialog
          mergeable={mergeable}
          id={id}
          name={name}
          onClose={() => setOpen(null)}
          onMerged={to => go(recordAddress(kind, to))}
        />
      )}
      {open === 'unmerge' && (
        <UnmergeDialog
          mergeable={mergeable}
          id={id}
          name={name}
          merges={merges.data?.items ?? []}
          onClose={() => setOpen(null)}
        />
      )}
    </Group>
  )
}
