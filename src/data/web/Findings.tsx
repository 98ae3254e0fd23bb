import { Anchor, Button, Group, Paper, Stack, Text, Title } from '@mantine/core'
import { IconCircleCheck } from '@tabler/icons-react'
import { formatMoney, formatNumber, formatPercent } from '../../core/web/format.ts'
import { t } from '../../core/web/i18n.ts'
import { Link } from '../../core/web/navigation.tsx'
import { useEndpoint } from '../../core/web/query.ts'
import { labelText } from '../../records/web/index.ts'
import { errorText } from '../../ui/errors.ts'
import { type Finding, type FindingId, findings, getFinding, listedFindings } from '../findings.contract.ts'

interface FindingsProps {
  /** Of one import: what it left out is told as well. */
  import_id?: string
}

/** What is worth knowing of the data as they are now; each number opens its rows, and what was looked for in vain stands below. */
export function Findings({ import_id }: FindingsProps) {
  const shown = findings.filter(finding => import_id !== undefined || finding !== 'unmapped_columns')
  return (
    <Stack gap="xs">
      {shown.map(finding => (
        <Line key={finding} finding={finding} {...(import_id === undefined ? {} : { import_id })} />
      ))}
    </Stack>
  )
}

const isListed = (finding: FindingId) => listedFindings.some(listed => listed === finding)

/** Where the rows are: a filtered list, a page that is there for it, or a list of its own. */
function placeOf({ id, filter, count }: Finding): string | undefined {
  if (!count) return undefined
  if (filter) return peopleWith(filter)
  if (id === 'reviews') return '/reviews'
  return isListed(id) ? `/found/${id}` : undefined
}

const peopleWith = (filter: string) => `/people?${new URLSearchParams({ filter }).toString()}`

function Line({ finding, import_id }: FindingsProps & { finding: FindingId }) {
  const { data, error } = useEndpoint(getFinding, {
    query: { finding, ...(finding === 'unmapped_columns' && import_id ? { import_id } : {}) },
  })
  const title = t(`data.found.${finding}.title`)
  if (error)
    return (
      <Paper withBorder p="sm">
        <Text>{title}</Text>
        <Text size="sm" c="dimmed">
          {errorText(error)}
        </Text>
      </Paper>
    )
  if (data?.count === 0) return <Nothing of={data} />
  return (
    <Paper withBorder p="sm" component="section" aria-label={title} aria-busy={!data}>
      <Group gap="md" wrap="nowrap" align="flex-start">
        <Text size="xl" fw={600} w={72} ta="right" className="rp-number">
          {data ? numberOf(data) : '…'}
        </Text>
        <Stack gap={4} flex={1} miw={0}>
          <Title order={3} size="h5">
            {title}
          </Title>
          {data && <Told of={data} />}
        </Stack>
      </Group>
    </Paper>
  )
}

function Nothing({ of }: { of: Finding }) {
  const title = t(`data.found.${of.id}.title`)
  return (
    <Group component="section" aria-label={title} gap="xs" px="sm" wrap="nowrap" style={{ order: 1 }}>
      <IconCircleCheck size={18} aria-hidden color="var(--mantine-color-dimmed)" style={{ flexShrink: 0 }} />
      <Text size="sm" c="dimmed">
        {t(`data.found.${of.id}.none`)}
      </Text>
    </Group>
  )
}

function numberOf({ count, exact }: Finding): string {
  if (count === null) return '–'
  return exact ? formatNumber(count) : t('data.found.atLeast', { n: formatNumber(count) })
}

function Told({ of }: { of: Finding }) {
  if (of.count === null)
    return (
      <Text size="sm" c="dimmed">
        {t('data.found.hidden')}
      </Text>
    )
  const place = placeOf(of)
  return (
    <>
      <Text size="sm">{of.money ? concentration(of.money, of.count) : t(`data.found.${of.id}.text`)}</Text>
      {of.parts.length > 0 && <Parts of={of} />}
      <Group gap="xs">
        {place && (
          <Button component={Link} to={place} variant="light" size="xs">
            {t('data.found.open')}
          </Button>
        )}
        {of.id === 'unmapped_columns' && (
          <Button component={Link} to="/imports/new" variant="light" size="xs">
            {t('data.found.mapThem')}
          </Button>
        )}
        <Text size="sm" c="dimmed">
          {t(`data.found.${of.id}.next`)}
        </Text>
      </Group>
    </>
  )
}

const concentration = (money: NonNullable<Finding['money']>, top: number) =>
  t('data.found.concentration.told', {
    count: top,
    n: formatNumber(top),
    of: formatNumber(money.customers),
    share: formatPercent(money.amount_minor / money.of_minor),
    sum: formatMoney(money.amount_minor, money.currency),
    total: formatMoney(money.of_minor, money.currency),
  })

function Parts({ of }: { of: Finding }) {
  return (
    <Text size="sm">
      {of.parts.map(({ label, count, filter }, at) => (
        <span key={filter ?? label['en']}>
          {at > 0 && ' · '}
          {filter ? (
            <Anchor component={Link} to={peopleWith(filter)} inherit>
              {t('data.found.part', { label: labelText(label), n: formatNumber(count) })}
            </Anchor>
          ) : (
            labelText(label)
          )}
        </span>
      ))}
    </Text>
  )
}
