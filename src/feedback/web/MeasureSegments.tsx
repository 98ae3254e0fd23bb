import { Badge, Card, Group, Select, Table, Text, Title, UnstyledButton } from '@mantine/core'
import { formatNumber } from '../../core/web/format.ts'
import { t } from '../../core/web/i18n.ts'
import { language } from '../../core/web/language.ts'
import { useEndpoint } from '../../core/web/query.ts'
import { labelIn } from '../../records/kind.contract.ts'
import { countryName } from '../../records/web/index.ts'
import { ErrorState } from '../../ui/ErrorState.tsx'
import { measureSegments } from '../measure.contract.ts'
import { scoreName } from './MeasureScore.tsx'
import { differenceText, scoreText } from './measure-format.ts'
import type { Choice, Measured, MeasureQuery, Segment } from './measure-query.ts'
import classes from './WhoAnswered.module.css'

const useSegments = (asked: MeasureQuery, by: string) => {
  const { interval: _, ...query } = asked.query
  return useEndpoint(measureSegments, { params: asked.params, query: { ...query, by } }, { keep: true })
}

function nameOf(by: string, { group, value, label }: Pick<Segment, 'group' | 'value' | 'label'>): string {
  if (group === 'others') return t('feedback.representation.others')
  if (group === 'unknown' || value === null) return t(`feedback.segments.none.${known(by)}`)
  if (label?.number) return t('feedback.segments.range', rangeOf(label.number))
  if (label) return labelIn(label, language())
  return by === 'person.country' || by === 'company.country' ? countryName(value) : value
}

const known = (by: string) => (by === 'place' || by === 'touchpoint' ? by : 'field')
const rangeOf = (text: string) => {
  const [from = '', to = ''] = text.split('..').map(number => formatNumber(Number(number)))
  return { from, to }
}

/** What the segment that was picked is called. */
export function useSegmentName(asked: MeasureQuery, { by, segment }: Choice): string | undefined {
  const { data } = useSegments(asked, by)
  if (!segment) return undefined
  const { group, value = null } = segment
  const found = data?.segments.find(one => one.group === group && one.value === value)
  return nameOf(by, found ?? { group, value, label: null })
}

interface MeasureSegmentsProps {
  asked: MeasureQuery
  choice: Choice
  measured: Measured
  onBy: (by: string | null) => void
  onPick: (segment: Pick<Segment, 'group' | 'value'>) => void
  /** The whole page about one place, one touchpoint or those people. */
  onNarrow: (part: { place: string } | { touchpoint: string } | { filter: string }) => void
}

/** The measure by place, touchpoint or a field of the record; what differs or changed is marked only where a test says so. */
export function MeasureSegments({ asked, choice, measured, onBy, ...pressed }: MeasureSegmentsProps) {
  const { data, error, refetch } = useSegments(asked, choice.by)
  const fields = (data?.fields ?? []).map(({ by, label }) => ({
    value: by,
    label: `${t(`feedback.segments.of.${by.startsWith('person.') ? 'person' : 'company'}`)}: ${labelIn(label, language())}`,
  }))
  const shown = data?.by === choice.by ? data : undefined
  return (
    <Card withBorder padding="lg" mb="xl" component="section" aria-labelledby="segments">
      <Group justify="space-between" align="end" mb="md">
        <div>
          <Title order={2} size="h4" id="segments">
            {t('feedback.segments.title')}
          </Title>
          <Text size="sm" c="dimmed">
            {t('feedback.segments.text')}
          </Text>
        </div>
        <Select
          label={t('feedback.segments.by')}
          searchable
          allowDeselect={false}
          w={260}
          data={[
            ...['touchpoint', 'place'].map(value => ({ value, label: t(`feedback.segments.of.${value}`) })),
            ...fields,
          ]}
          value={choice.by}
          onChange={onBy}
        />
      </Group>
      {error && <ErrorState compact error={error} onRetry={() => void refetch()} />}
      {shown?.of_all_time && (
        <Text size="sm" c="dimmed" mb="xs">
          {t('feedback.segments.ofAllTime')}
        </Text>
      )}
      {shown?.withheld && <Text size="sm">{t('feedback.score.withheld')}</Text>}
      {shown && !shown.withheld && isNothing(shown.segments) && (
        <Text size="sm">{t(`feedback.segments.empty.${known(choice.by)}`)}</Text>
      )}
      {shown && !shown.withheld && !isNothing(shown.segments) && (
        <SegmentTable by={choice.by} segments={shown.segments} measured={measured} {...pressed} />
      )}
    </Card>
  )
}

/** All in the one group of those of whom nothing is known. */
const isNothing = (segments: readonly Segment[]) => segments.every(({ group }) => group === 'unknown')

type SegmentTableProps = Pick<MeasureSegmentsProps, 'measured' | 'onPick' | 'onNarrow'> & {
  by: string
  segments: readonly Segment[]
}

function SegmentTable({ by, segments, measured, onPick, onNarrow }: SegmentTableProps) {
  const { unit } = measured
  return (
    <Table.ScrollContainer minWidth={560}>
      <Table verticalSpacing={6} aria-label={t('feedback.segments.title')}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('feedback.segments.segment')}</Table.Th>
            <Table.Th ta="right">{scoreName(measured)}</Table.Th>
            <Table.Th ta="right">{t('feedback.segments.interval')}</Table.Th>
            <Table.Th ta="right">{t('feedback.score.n')}</Table.Th>
            <Table.Th>{t('feedback.segments.difference')}</Table.Th>
            <Table.Th>{t('feedback.segments.change')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody className="rp-number">
          {segments.map(segment => (
            <Table.Tr key={`${segment.group} ${segment.value}`}>
              <Table.Th scope="row" fw={400}>
                <SegmentName by={by} segment={segment} onNarrow={onNarrow} />
                {segment.retired && (
                  <Text size="xs" c="dimmed">
                    {t('feedback.score.retired')}
                  </Text>
                )}
              </Table.Th>
              <Table.Td ta="right">{scoreText(unit, segment.score)}</Table.Td>
              <Table.Td ta="right">
                {segment.low === null
                  ? '–'
                  : `${scoreText(unit, segment.low)} – ${scoreText(unit, segment.high)}`}
              </Table.Td>
              <Table.Td ta="right">
                <UnstyledButton
                  className={classes.number}
                  aria-label={t('feedback.asked.counted', {
                    name: nameOf(by, segment),
                    n: formatNumber(segment.n),
                  })}
                  onClick={() => onPick(segment)}
                >
                  {formatNumber(segment.n)}
                </UnstyledButton>
                {segment.indicative && (
                  <Text size="xs" c="dimmed">
                    {t('feedback.segments.indicative')}
                  </Text>
                )}
              </Table.Td>
              <Table.Td>
                <Tested of={segment.difference} unit={unit} nothing="noDifference" />
              </Table.Td>
              <Table.Td>
                <Tested of={segment.change} unit={unit} nothing="noChange" />
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  )
}

/** A segment takes the whole page there; what is known of nobody, or of many, takes it nowhere. */
function SegmentName({
  by,
  segment,
  onNarrow,
}: Pick<SegmentTableProps, 'by' | 'onNarrow'> & { segment: Segment }) {
  const { group, value, filter } = segment
  const name = nameOf(by, segment)
  if (group !== 'value' || value === null || (known(by) === 'field' && filter === null)) return name
  const part = by === 'place' ? { place: value } : { touchpoint: value }
  return (
    <UnstyledButton
      className={classes.number}
      title={t('feedback.segments.narrow', { name })}
      onClick={() => onNarrow(filter === null ? part : { filter })}
    >
      {name}
    </UnstyledButton>
  )
}

interface TestedProps {
  of: Segment['difference']
  unit: Measured['unit']
  nothing: 'noDifference' | 'noChange'
}

/** A difference is shown as one only where the test, corrected for all segments, says that it is one. */
function Tested({ of, unit, nothing }: TestedProps) {
  if (!of)
    return (
      <Text size="xs" c="dimmed">
        {t('feedback.segments.notTested')}
      </Text>
    )
  if (!of.significant)
    return (
      <Text size="xs" c="dimmed">
        {t(`feedback.segments.${nothing}`)}
      </Text>
    )
  return (
    <Badge variant="light" color="amber" tt="none">
      {differenceText(unit, of.points)}
    </Badge>
  )
}
