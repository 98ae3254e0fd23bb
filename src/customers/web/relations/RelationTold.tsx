import { Anchor, Button, Text } from '@mantine/core'
import { useMemo, useState } from 'react'
import { dayText, formatNumber } from '../../../core/web/format.ts'
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

/** So many at first: a whole staff may have come in at once. */
const most = 5

/** What happened to relations, as their one end sees it, as items of a list. */
export function RelationsTold({ kind, id, ties }: TieTellerProps) {
  const [all, setAll] = useState(false)
  const shown = all ? ties : ties.slice(0, most)
  return (
    <>
      {shown.map(tie => (
        <li key={tie.id}>
          <RelationTold kind={kind} id={id} tie={tie} />
        </li>
      ))}
      {shown.length < ties.length && (
        <li>
          <Button size="compact-sm" variant="subtle" onClick={() => setAll(true)}>
            {t('customers.relations.told.more', { n: formatNumber(ties.length - most) })}
          </Button>
        </li>
      )}
    </>
  )
}

interface RelationToldProps extends Pick<TieTellerProps, 'kind' | 'id'> {
  tie: TieChange
}

/** `Began to work at Acme as Head of Purchasing`. */
function RelationTold({ kind, id, tie }: RelationToldProps) {
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
        <Anchor component={Link} to={`${addresses[otherKind]}/${other}`} inherit underline="always">
          {titles.get(other) || t('customers.nameless')}
        </Anchor>
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
