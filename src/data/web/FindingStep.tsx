import { Button } from '@mantine/core'
import { useState } from 'react'
import { t } from '../../core/web/i18n.ts'
import { useChange } from '../../core/web/query.ts'
import { useCan } from '../../core/web/rights.ts'
import { people } from '../../customers/customers.contract.ts'
import { MergeDialog, personMerge } from '../../customers/web/index.ts'
import { type FindingRow, getFinding, type ListedFinding, listFindingRows } from '../findings.contract.ts'

interface FindingStepProps {
  finding: ListedFinding
  row: FindingRow
  onDone: () => void
}

/** What can be done about a row at once: merge the pair, join the company, take the address that was meant. */
export function FindingStep({ finding, row, onDone }: FindingStepProps) {
  const can = useCan()
  if (finding === 'duplicates') return can('records.merge') ? <Merge row={row} onDone={onDone} /> : null
  if (!can('records.write')) return null
  if (finding === 'joinable' && row.other)
    return <Correct id={row.id} values={{ company_id: row.other.id }} label={t('data.found.join')} />
  if (finding === 'email_typos' && row.suggestion)
    return <Correct id={row.id} values={{ email: row.suggestion }} label={t('data.found.correct')} />
  return null
}

function Merge({ row, onDone }: { row: FindingRow; onDone: () => void }) {
  const [open, setOpen] = useState(false)
  if (!row.other) return null
  return (
    <>
      <Button size="compact-sm" variant="default" onClick={() => setOpen(true)}>
        {t('data.found.merge')}
      </Button>
      {open && (
        <MergeDialog
          mergeable={personMerge}
          id={row.id}
          name={row.name ?? ''}
          other={row.other.id}
          onClose={() => setOpen(false)}
          onMerged={onDone}
        />
      )}
    </>
  )
}

interface CorrectProps {
  id: string
  values: Record<string, string>
  label: string
}

function Correct({ id, values, label }: CorrectProps) {
  const change = useChange(people.update, {
    invalidates: [people.list, people.get, listFindingRows, getFinding],
  })
  return (
    <Button
      size="compact-sm"
      variant="default"
      loading={change.pending}
      onClick={() => change.change({ params: { id }, body: values })}
    >
      {label}
    </Button>
  )
}
