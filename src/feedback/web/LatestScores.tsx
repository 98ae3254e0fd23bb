import { Group, Stack, Text, Title } from '@mantine/core'
import { t } from '../../core/web/i18n.ts'
import { Link } from '../../core/web/navigation.tsx'
import { useEndpoint } from '../../core/web/query.ts'
import { ErrorState } from '../../ui/ErrorState.tsx'
import { RelativeTime } from '../../ui/values.tsx'
import { personScores } from '../responses.contract.ts'
import { ScoreMark } from './ScoreMark.tsx'

/** Beside a person: the latest answer to each survey. */
export default function LatestScores({ id }: { id: string }) {
  const scores = useEndpoint(personScores, { params: { id } })
  const items = scores.data?.items
  if (scores.error && !items)
    return <ErrorState compact error={scores.error} onRetry={() => void scores.refetch()} />
  if (!items) return null
  return (
    <section>
      <Title order={2} size="h5" mb="xs">
        {t('feedback.latest.title')}
      </Title>
      {items.length === 0 && (
        <Text size="sm" c="dimmed">
          {t('feedback.latest.empty')}
        </Text>
      )}
      <Stack gap="sm">
        {items.map(({ survey, score, band, comment, submitted_at }) => (
          <div key={survey.id}>
            <Group gap="xs" wrap="nowrap">
              <ScoreMark score={score} band={band} />
              <Text size="sm" truncate flex={1}>
                <Link to={`/surveys/${survey.id}`}>{survey.name}</Link>
              </Text>
              <Text size="xs" c="dimmed">
                <RelativeTime at={submitted_at} />
              </Text>
            </Group>
            {comment && (
              <Text size="sm" mt={4} lineClamp={3}>
                {comment}
              </Text>
            )}
          </div>
        ))}
      </Stack>
    </section>
  )
}
