import { Text } from '@mantine/core'
import { useMemo } from 'react'
import { dayText } from '../../../core/web/format.ts'
import { t } from '../../../core/web/i18n.ts'
import { Link } from '../../../core/web/navigation.tsx'
import type { TieChange } from '../../../records/records.contract.ts'
import { FieldText, type TieTellerProps, useFieldLabels, useTitles } from '../../../records/web/index.ts'
import { kindAt } from '../../relations.contract.ts'
import { addresses, periodOf, placeOf, type Side, sidesOf } from './relations.ts'

type Told = Record<string, unknown>
const textIn = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined
const isOver = (to_on: unknown) => typeof to_on === 'string' && to_on <= dayText()

/** Stands for the other's name until the sentence is cut there for the link. */
const mark = '\u0001'

/** What happened to a relation, as its one end sees it: `Began to work at Acme as Head of Purchasing`. */
export function RelationTold({ kind, id, tie }: TieTellerProps) {
  const subject = useMemo(
    () => ({ kind: kind === 'company' ? 'company' : 'person', id }) as const,
    [kind, id],
  )
  const place = placeOf(subject, sidesOf(subject.kind), tie.values)
  const otherKind = place && kindAt(place.side.other)
  const other = place?.other ?? ''
  const titles = useTitles(
    useMemo(() => (otherKind ? [{ kind: otherKind, ids: [other] }] : []), [otherKind, other]),
  )
  if (!place || !otherKind) return null
  const after = Object.fromEntries(tie.changes.map(one => [one.field, one.after]))
  const { sentence, isWhole } = sentenceOf(tie, place.side, after)
  const [before = '', rest = ''] = sentence.split(mark)
  const period = tie.action === 'created' ? periodOf(after) : undefined
  return (
    <>
      <Text span size="sm">
        {before}
        <Link to={`${addresses[otherKind]}/${other}`}>{titles.get(other) || t('customers.nameless')}</Link>
        {rest}
      </Text>
      {period && (
        <Text span size="sm" c="dimmed">
          {' '}
          {period}
        </Text>
      )}
      {!isWhole && <ChangedParts tie={tie} />}
    </>
  )
}

/** Whole: the sentence says all that was changed. */
function sentenceOf({ action, changes }: TieChange, side: Side, after: Told) {
  const say = (key: string) => t(`customers.relations.told.${key}`, { name: mark })
  if (action === 'created') {
    const what = isOver(after['to_on']) ? `${side.past}: ${mark}` : say(`${side.value}.began`)
    const role = textIn(after['role'])
    return { sentence: role ? t('customers.relations.told.as', { what, role }) : what, isWhole: true }
  }
  const hasEnded = isOver(after['to_on']) && changes.some(one => one.field === 'to_on' && one.before === null)
  if (action === 'updated' && hasEnded)
    return { sentence: say(`${side.value}.ended`), isWhole: changes.length === 1 }
  if (action === 'updated') return { sentence: `${side.label}: ${mark}`, isWhole: false }
  const label = { label: side.label, name: mark }
  const key = action === 'restored' ? 'restored' : 'deleted'
  return { sentence: t(`customers.relations.told.${key}`, label), isWhole: true }
}

function ChangedParts({ tie: { kind, changes } }: { tie: TieChange }) {
  const labelOf = useFieldLabels(kind)
  return changes.map(({ field, before, after }) => (
    <Text key={field} size="sm" c="dimmed" component="div">
      {labelOf(field)}:{' '}
      {textIn(before) && (
        <>
          <del>
            <FieldText kind={kind} field={field} value={before} />
          </del>{' '}
        </>
      )}
      <FieldText kind={kind} field={field} value={after} />
    </Text>
  ))
}
