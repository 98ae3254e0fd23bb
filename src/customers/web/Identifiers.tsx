import { Badge, Button, Stack, Text } from '@mantine/core'
import {
  IconAt,
  IconDeviceLaptop,
  IconFingerprint,
  IconHash,
  IconId,
  IconPhone,
  IconUsersGroup,
} from '@tabler/icons-react'
import type { Reply } from '../../core/endpoint.ts'
import { t } from '../../core/web/i18n.ts'
import { useEndpoint, useInfinite } from '../../core/web/query.ts'
import { EmptyState } from '../../ui/EmptyState.tsx'
import { ErrorState } from '../../ui/ErrorState.tsx'
import { DateTime, Phone } from '../../ui/values.tsx'
import { listPersonIdentifiers } from '../identifiers.contract.ts'
import classes from './Identifiers.module.css'

type Owned = Reply<typeof listPersonIdentifiers>['items'][number]

const icons = {
  email: IconAt,
  phone: IconPhone,
  user_id: IconId,
  external_id: IconHash,
  anonymous_id: IconDeviceLaptop,
  group_id: IconUsersGroup,
  person: IconFingerprint,
  company: IconFingerprint,
} as const

/** What an address or a number is shows without a word. */
const plain = new Set<Owned['type']>(['email', 'phone'])

const typeLabel = (type: Owned['type']) => t(`customers.identifier.type.${type}`)

/** The identifiers a person goes by now; devices only as a number, for they say nothing to a reader. */
export function IdentifierBadges({ id }: { id: string }) {
  const { data } = useEndpoint(listPersonIdentifiers, { params: { id }, query: { limit: 60 } })
  const current = (data?.items ?? []).filter(one => one.valid_to === null)
  const shown = current.filter(one => one.type !== 'anonymous_id').slice(0, 8)
  const devices = current.filter(one => one.type === 'anonymous_id').length
  return (
    <>
      {shown.map(one => {
        const Icon = icons[one.type]
        return (
          <Badge
            key={one.id}
            variant="default"
            size="lg"
            tt="none"
            fw={400}
            leftSection={<Icon size={14} aria-hidden />}
            title={typeLabel(one.type)}
          >
            <span className={plain.has(one.type) ? classes.hidden : classes.kind}>
              {typeLabel(one.type)}{' '}
            </span>
            <IdentifierValue owned={one} />
          </Badge>
        )
      })}
      {devices > 0 && (
        <Badge
          variant="default"
          size="lg"
          tt="none"
          fw={400}
          leftSection={<IconDeviceLaptop size={14} aria-hidden />}
        >
          {t('customers.identifier.devices', { count: devices })}
        </Badge>
      )}
    </>
  )
}

/** Everything a person was ever recognised by, when, and why. */
export function IdentifierList({ id }: { id: string }) {
  const list = useInfinite(listPersonIdentifiers, { params: { id }, query: { limit: 60 } })
  if (list.error && list.items.length === 0) return <ErrorState error={list.error} onRetry={list.refetch} />
  if (list.is_loading) return null
  if (list.items.length === 0)
    return (
      <EmptyState icon={IconFingerprint} title={t('customers.identifier.none')}>
        {t('customers.identifier.noneText')}
      </EmptyState>
    )
  return (
    <Stack gap="sm">
      <Text size="sm" c="dimmed">
        {t('customers.identifier.explain')}
      </Text>
      <ul className={classes.list}>
        {list.items.map(one => (
          <OwnedRow key={one.id} owned={one} />
        ))}
      </ul>
      {list.has_more && (
        <Button variant="default" size="xs" loading={list.is_loading_more} onClick={list.more}>
          {t('customers.more')}
        </Button>
      )}
    </Stack>
  )
}

const IdentifierValue = ({ owned: { type, value } }: { owned: Owned }) =>
  type === 'phone' ? <Phone value={value} link /> : value

function OwnedRow({ owned }: { owned: Owned }) {
  const Icon = icons[owned.type]
  return (
    <li className={classes.row}>
      <Icon size={16} aria-hidden />
      <div className={classes.value}>
        <Text size="sm">
          <IdentifierValue owned={owned} />
        </Text>
        <Text size="xs" c="dimmed">
          {typeLabel(owned.type)} ·{' '}
          {t(`customers.identifier.rule.${owned.rule}`, { defaultValue: owned.rule })}
        </Text>
      </div>
      <Text size="xs" c="dimmed" component="div">
        <Validity of={owned} />
      </Text>
    </li>
  )
}

/** Since when and until when it belonged to the person; without an end it still does. */
function Validity({ of: { valid_from, valid_to } }: { of: Owned }) {
  if (valid_from === null && valid_to === null) return t('customers.identifier.always')
  if (valid_to === null)
    return (
      <>
        {t('customers.identifier.since')} <DateTime at={valid_from} />
      </>
    )
  return (
    <>
      {valid_from !== null && <DateTime at={valid_from} />} {t('customers.identifier.until')}{' '}
      <DateTime at={valid_to} />
    </>
  )
}
