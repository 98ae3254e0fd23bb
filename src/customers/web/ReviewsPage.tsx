import { Badge, Button, Card, Group, Stack, Text, Title } from '@mantine/core'
import { IconGitMerge } from '@tabler/icons-react'
import { useState } from 'react'
import { t } from '../../core/web/i18n.ts'
import { Link } from '../../core/web/navigation.tsx'
import { useChange, useInfinite } from '../../core/web/query.ts'
import { titleOf } from '../../records/web/index.ts'
import { EmptyState } from '../../ui/EmptyState.tsx'
import { ErrorState } from '../../ui/ErrorState.tsx'
import { Page } from '../../ui/Page.tsx'
import { showDone } from '../../ui/toast.tsx'
import { Phone, RelativeTime } from '../../ui/values.tsx'
import { listReviews, type Review, type ReviewedPerson, resolveReview } from '../reviews.contract.ts'
import { MergeDialog } from './MergeDialog.tsx'
import { personMerge } from './mergeable.ts'
import classes from './ReviewsPage.module.css'

/** Pairs of people that the evidence says may be one: somebody looks and decides. */
export default function ReviewsPage() {
  const list = useInfinite(listReviews, { query: { limit: 30 } })
  return (
    <Page title={t('customers.reviews.title')} subtitle={t('customers.reviews.subtitle')}>
      {list.error && list.items.length === 0 && <ErrorState error={list.error} onRetry={list.refetch} />}
      {!list.error && !list.is_loading && list.items.length === 0 && (
        <EmptyState icon={IconGitMerge} title={t('customers.reviews.none')}>
          {t('customers.reviews.noneText')}
        </EmptyState>
      )}
      <Stack gap="md">
        {list.items.map(review => (
          <ReviewCard key={review.id} review={review} onDecided={list.refetch} />
        ))}
        {list.has_more && (
          <Button variant="default" loading={list.is_loading_more} onClick={list.more}>
            {t('customers.more')}
          </Button>
        )}
      </Stack>
    </Page>
  )
}

function ReviewCard({ review, onDecided }: { review: Review; onDecided: () => void }) {
  const [merging, setMerging] = useState(false)
  const { person, other } = review
  const names = { one: titleOf(personMerge.kind, person), other: titleOf(personMerge.kind, other) }
  const apart = useChange(resolveReview, {
    invalidates: [listReviews],
    onDone: () => showDone(t('customers.reviews.keptApart', names)),
  })
  return (
    <Card component="section" withBorder aria-label={t('customers.reviews.pair', names)}>
      <Group gap="xs" mb="sm">
        <Text size="sm">{t(`customers.reviews.reason.${review.reason}`)}</Text>
        {review.identifiers.map(one => (
          <Badge key={`${one.type} ${one.value}`} variant="default" tt="none" fw={400}>
            {one.value}
          </Badge>
        ))}
        <Text size="xs" c="dimmed">
          {t('customers.reviews.seen', { count: review.occurrences })} · <RelativeTime at={review.last_at} />
        </Text>
      </Group>
      <div className={classes.pair}>
        <PersonCard person={person} />
        <PersonCard person={other} />
      </div>
      <Group justify="flex-end" mt="md">
        <Button
          variant="default"
          loading={apart.pending}
          onClick={() => apart.change({ params: { id: review.id }, body: { action: 'keep_apart' } })}
        >
          {t('customers.reviews.keepApart')}
        </Button>
        <Button onClick={() => setMerging(true)}>{t('customers.reviews.merge')}</Button>
      </Group>
      {merging && (
        <MergeDialog
          mergeable={personMerge}
          id={person.id}
          name={names.one}
          other={other.id}
          onClose={() => setMerging(false)}
          onMerged={onDecided}
        />
      )}
    </Card>
  )
}

function PersonCard({ person }: { person: ReviewedPerson }) {
  return (
    <div className={classes.person}>
      <Title order={2} size="h5">
        <Link to={`/people/${person.id}`}>{titleOf(personMerge.kind, person)}</Link>
      </Title>
      {person.email && <Text size="sm">{person.email}</Text>}
      {person.phone && (
        <Text size="sm">
          <Phone value={person.phone} />
        </Text>
      )}
      {person.company && <Text size="sm">{person.company}</Text>}
      <Text size="xs" c="dimmed">
        {t('customers.reviews.known')} <RelativeTime at={person.created_at} />
      </Text>
    </div>
  )
}
