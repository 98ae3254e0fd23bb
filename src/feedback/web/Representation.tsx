import { Badge, Card, Group, SimpleGrid, Stack, Table, Text, Title, UnstyledButton } from '@mantine/core'
import type { Reply } from '../../core/endpoint.ts'
import { formatNumber, formatPercent } from '../../core/web/format.ts'
import { t } from '../../core/web/i18n.ts'
import { useEndpoint } from '../../core/web/query.ts'
import { countryName } from '../../records/web/index.ts'
import { ErrorState } from '../../ui/ErrorState.tsx'
import { type Comparison, measureRepresentation } from '../representation.contract.ts'
import { languageTold } from './language-name.ts'
import { MeasureFigure } from './MeasureScore.tsx'
import type { scoreProps } from './measure-format.ts'
import type { MeasureQuery, Share } from './measure-query.ts'
import classes from './WhoAnswered.module.css'

type Compared = Reply<typeof measureRepresentation>

interface RepresentationProps {
  asked: MeasureQuery
  unit: Unit
  onPick: (share: Share) => void
}
type Unit = Parameters<typeof scoreProps>[0]

/** A high response rate proves nothing: whether those who answered are like those who did not, and what that does to the score. */
export function Representation({ asked, unit, onPick }: RepresentationProps) {
  const { data, error, refetch } = useEndpoint(
    measureRepresentation,
    { params: asked.params, query: asked.links },
    { keep: true },
  )
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
          <Scores data={data} unit={unit} />
          <SimpleGrid cols={{ base: 1, md: 2 }} spacing="xl" verticalSpacing="lg">
            {data.fields.map(field => (
              <Field key={field.field} compared={field} onPick={onPick} />
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

function Scores({ data: { raw, weighted }, unit }: { data: Compared; unit: Unit }) {
  if (!raw) return null
  return (
    <SimpleGrid cols={{ base: 1, sm: 2 }}>
      <MeasureFigure label={t('feedback.representation.raw')} of={raw} in={unit} />
      {weighted ? (
        <MeasureFigure label={t('feedback.representation.weighted')} of={weighted} in={unit}>
          <Text size="xs" c="dimmed" mt="xs">
            {t('feedback.representation.weightedBy', {
              fields: weighted.by.map(field => t(`feedback.representation.field.${field}`)).join(', '),
              n: formatNumber(weighted.effective_n, { maximumFractionDigits: 0 }),
            })}
            {weighted.uncovered > 0 &&
              ` ${t('feedback.representation.uncovered', { share: formatPercent(weighted.uncovered, 1) })}`}
          </Text>
        </MeasureFigure>
      ) : (
        <Text size="sm">{t('feedback.representation.alike')}</Text>
      )}
    </SimpleGrid>
  )
}

const namers: Partial<Record<Comparison['field'], (value: string) => string>> = {
  country: countryName,
  language: value => (/^[a-z]{2,3}$/.test(value) ? languageTold(value) : value),
  industry: value => value,
}

export function groupName(
  field: Comparison['field'],
  { value, group }: Pick<Comparison['groups'][number], 'value' | 'group'>,
): string {
  if (group === 'others') return t('feedback.representation.others')
  if (value === null) return t('feedback.representation.unknown')
  return namers[field]?.(value) ?? t(`feedback.representation.${field}.${value}`)
}

interface FieldProps {
  compared: Comparison
  onPick: (share: Share) => void
}

function Field({ compared: { field, groups, p, differs }, onPick }: FieldProps) {
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
                {groupName(field, group)}
              </Table.Th>
              {(['true', 'false'] as const).map(answered => (
                <Table.Td key={answered} ta="right" className="rp-number">
                  <ShareButton field={field} of={group} answered={answered} onPick={onPick} />
                </Table.Td>
              ))}
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

interface ShareButtonProps extends Pick<Share, 'field' | 'answered'> {
  of: Comparison['groups'][number]
  onPick: (share: Share) => void
}

/** A share, which opens the people it counts. */
function ShareButton({ field, of, answered, onPick }: ShareButtonProps) {
  const [count, share] =
    answered === 'true' ? [of.answered, of.share_of_answered] : [of.silent, of.share_of_silent]
  const { group, value } = of
  return (
    <UnstyledButton
      className={classes.number}
      aria-label={t('feedback.asked.shareOf', {
        count,
        n: formatNumber(count),
        share: formatPercent(share, 0),
        side: t(`feedback.asked.side.${answered}`),
        group: groupName(field, of),
      })}
      onClick={() => onPick({ field, group, value: value ?? undefined, answered })}
    >
      {formatPercent(share, 0)}
    </UnstyledButton>
  )
}
