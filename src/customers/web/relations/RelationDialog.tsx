import { Select, TextInput } from '@mantine/core'
import { useState } from 'react'
import { fieldError } from '../../../core/web/api-error.ts'
import { t } from '../../../core/web/i18n.ts'
import { useChange } from '../../../core/web/query.ts'
import { RecordPicker } from '../../../records/web/index.ts'
import { FormDialog } from '../../../ui/Dialog.tsx'
import { showDone } from '../../../ui/toast.tsx'
import { kindAt, relationships } from '../../relations.contract.ts'
import { type Relation, type Side, type Subject, sidesOf, touched } from './relations.ts'

interface RelationDialogProps {
  subject: Subject
  /** The one to change; a new one without it. */
  relation?: Relation | undefined
  onClose: () => void
}

interface Said {
  role: string
  from_on: string
  to_on: string
  note: string
}
const asked = [
  ['role', 'text'],
  ['from_on', 'date'],
  ['to_on', 'date'],
  ['note', 'text'],
] as const

const saidOf = (relation: Relation | undefined): Said => ({
  role: relation?.role ?? '',
  from_on: relation?.from_on ?? '',
  to_on: relation?.to_on ?? '',
  note: relation?.note ?? '',
})

/** Adding says who; changing only what may change: the role, the period and the note. */
export function RelationDialog({ subject, relation, onClose }: RelationDialogProps) {
  const sides = sidesOf(subject.kind)
  const [chosen, setChosen] = useState(sides.find(one => one.type === 'buys_for') ?? sides[0])
  const [other, setOther] = useState<string | null>(null)
  const [said, setSaid] = useState(() => saidOf(relation))
  const done = {
    quiet: true,
    invalidates: touched,
    onDone: () => {
      showDone(t(relation ? 'customers.relations.changed' : 'customers.relations.added'))
      onClose()
    },
  } as const
  const create = useChange(relationships.create, done)
  const update = useChange(relationships.update, done)
  const { error, pending } = relation ? update : create
  const submit = () => {
    const body = Object.fromEntries(asked.map(([key]) => [key, said[key].trim() || null]))
    if (relation) update.change({ params: { id: relation.id }, body })
    else if (chosen && other)
      create.change({ body: { type: chosen.type, [chosen.own]: subject.id, [chosen.other]: other, ...body } })
  }
  const isElsewhere = !asked.some(([key]) => fieldError(error, key))
  return (
    <FormDialog
      onClose={onClose}
      title={t(relation ? 'customers.relations.editTitle' : 'customers.relations.add')}
      submitLabel={t(relation ? 'customers.relations.save' : 'customers.relations.confirm')}
      onSubmit={submit}
      pending={pending}
      complete={relation !== undefined || other !== null}
      error={isElsewhere ? error : undefined}
    >
      {!relation && chosen && (
        <WhoFields
          sides={sides}
          chosen={chosen}
          other={other}
          onChoose={side => {
            if (kindAt(side.other) !== kindAt(chosen.other)) setOther(null)
            setChosen(side)
          }}
          onOther={setOther}
        />
      )}
      {asked.map(([key, type]) => (
        <TextInput
          key={key}
          type={type}
          label={t(`customers.relations.field.${key}`)}
          value={said[key]}
          onChange={event => {
            const { value } = event.currentTarget
            setSaid(now => ({ ...now, [key]: value }))
          }}
          error={fieldError(error, key)}
          {...(relation && key === 'role' ? { 'data-autofocus': true } : {})}
        />
      ))}
    </FormDialog>
  )
}

interface WhoFieldsProps {
  sides: readonly Side[]
  chosen: Side
  other: string | null
  onChoose: (side: Side) => void
  onOther: (id: string | null) => void
}

function WhoFields({ sides, chosen, other, onChoose, onOther }: WhoFieldsProps) {
  const kind = kindAt(chosen.other)
  return (
    <>
      <Select
        label={t('customers.relations.field.type')}
        data={sides.map(({ value, label }) => ({ value, label }))}
        value={chosen.value}
        onChange={value => {
          const side = sides.find(one => one.value === value)
          if (side) onChoose(side)
        }}
        allowDeselect={false}
        data-autofocus
      />
      <RecordPicker
        key={kind}
        kind={kind}
        label={t(`customers.${kind}`)}
        visibleLabel
        value={other}
        onChange={onOther}
      />
    </>
  )
}
