import { Badge, Card, Group, SimpleGrid, Stack, Table, Text, Title } from '@mantine/core'
import type { Reply } from '../../core/endpoint.ts'
import { formatNumber, formatPercent } from '../../core/web/format.ts'
import { t } from '../../core/web/i18n.ts'
import { useEndpoint } from '../../core/web/query.ts'
import { countryName } from '../../records/web/index.ts'
import { ErrorState } from '../../ui/ErrorState.tsx'
import { type Comparison, npsRepresentation } from '../representation.contract.ts'
import { languageName } from './language-name.ts'
import { NpsFigure } from './NpsScore.tsx'
import type { MeasureQuery } from './nps-query.ts'

type Compared = Reply<typeof npsRepresentation>

/** A high response rate proves nothing: whether those who answered are like those who did not, and what that does to the score. */
export function Representation({ query }: { query: MeasureQuery }) {
  const { interval: _, ...asked } = query
  const { data, error, refetch } = useEndpoint(npsRepresentation, { query: asked }, { keep: true })
  if (error) return <ErrorState compact error={error} onRetry={() => void refetch()} />
  if (!data) return null
  return (
    <Card withBorder padding="lg" mb="xl" component="section" aria-labelledby="representation">
      <Title order={2} size="h4" id="representation">
        {t('feedback.representation.title')}
      </Title>
      <Text size="sm" c="dimmed" mb="md">
        {t(`feedback.representation.${explanation(data)}`, {
          answered: formatNumber(data.answered),
          asked: formatNumber(data.asked),
        })}
      </Text>
      {data.raw && data.fields.length > 0 && (
        <Stack gap="lg">
          <Scores data={data} />
          <SimpleGrid cols={{ base: 1, md: 2 }} spacing="xl" verticalSpacing="lg">
            {data.fields.map(field => (
              <Field key={field.field} compared={field} />
            ))}
          </SimpleGrid>
        </Stack>
      )}
    </Card>
  )
}

function explanation({ guarded, asked, answered, fields }: Compared): string {
  if (guarded) return 'guarded'
  if (asked === 0) return 'nobodyAsked'
  if (answered === 0) return 'nobodyAnswered'
  if (answered === asked) return asked === 1 ? 'onlyOne' : 'everybody'
  return fields.length === 0 ? 'nothingKnown' : 'text'
}

function Scores({ data: { raw, weighted } }: { data: Compared }) {
  if (!raw) return null
  return (
    <SimpleGrid cols={{ base: 1, sm: 2 }}>
      <NpsFigure label={t('feedback.representation.raw')} of={raw} />
      {weighted ? (
        <NpsFigure label={t('feedback.representation.weighted')} of={weighted}>
          <Text size="xs" c="dimmed" mt="xs">
            {t('feedback.representation.weightedBy', {
              fields: weighted.by.map(field => t(`feedback.representation.field.${field}`)).join(', '),
              n: formatNumber(weighted.effective_n, { maximumFractionDigits: 0 }),
            })}
            {weighted.uncovered > 0 &&
              ` ${t('feedback.representation.uncovered', { share: formatPercent(weighted.uncovered, 1) })}`}
          </Text>
        </NpsFigure>
      ) : (
        <Text size="sm">{t('feedback.representation.alike')}</Text>
      )}
    </SimpleGrid>
  )
}

const namers: Partial<Record<Comparison['field'], (value: string) => string>> = {
  country: countryName,
  language: value => (/^[a-z]{2,3}$/.test(value) ? languageName(value) : value),
  industry: value => value,
}

function nameOf(field: Comparison['field'], { value, group }: Comparison['groups'][number]): string {
  if (group === 'others') return t('feedback.representation.others')
  if (value === null) return t('feedback.representation.unknown')
  return namers[field]?.(value) ?? t(`feedback.representation.${field}.${value}`)
}

function Field({ compared: { field, groups, p, differs } }: { compared: Comparison }) {
  const label = t(`feedback.representation.field.${field}`)
  return (
    <div>
      <Group gap="xs" mb={4}>
        <Text fw={560}>{label}</Text>
        {differs ? (
          <Badge variant="light" color="amber" tt="none">
            {t('feedback.representation.differs', {
              p:
                (p ?? 0) < 0.001
                  ? `< ${formatNumber(0.001, { maximumFractionDigits: 3 })}`
                  : formatNumber(p ?? 0, { maximumSignificantDigits: 2 }),
            })}
          </Badge>
        ) : (
          <Text size="xs" c="dimmed">
            {t('feedback.representation.same')}
          </Text>
        )}
      </Group>
      <Table verticalSpacing={4} aria-label={label}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('feedback.representation.group')}</Table.Th>
            <Table.Th ta="right">{t('feedback.representation.answered')}</Table.Th>
            <Table.Th ta="right">{t('feedback.representation.silent')}</Table.Th>
            <Table.Th ta="right">{t('feedback.representation.difference')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {groups.map(group => (
            <Table.Tr key={`${group.group} ${group.value}`}>
              <Table.Th scope="row" fw={400}>
                {nameOf(field, group)}
              </Table.Th>
              <Table.Td ta="right" className="rp-number">
                {formatPercent(group.share_of_answered, 0)}
              </Table.Td>
              <Table.Td ta="right" className="rp-number">
                {formatPercent(group.share_of_silent, 0)}
              </Table.Td>
              <Table.Td ta="right" className="rp-number">
                {formatNumber(group.difference * 100, {
                  maximumFractionDigits: 0,
                  signDisplay: 'exceptZero',
                })}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </div>
  )
}
