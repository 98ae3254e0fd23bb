import { Skeleton, Text, Title } from '@mantine/core'
import type { ReactNode } from 'react'
import { formatDate, formatMoney, formatNumber } from '../../../core/web/format.ts'
import { t } from '../../../core/web/i18n.ts'
import { Link } from '../../../core/web/navigation.tsx'
import { useEndpoint } from '../../../core/web/query.ts'
import { ErrorState } from '../../../ui/ErrorState.tsx'
import { getSampleStories, type SampleStories } from '../../sample/sample.contract.ts'
import classes from './Sample.module.css'
import * as links from './story-links.ts'

/** As the page of the measure says it. */
const formatScore = (score: number | null): string =>
  score === null
    ? '–'
    : formatNumber(score, {
        signDisplay: 'exceptZero',
        minimumFractionDigits: 1,
        maximumFractionDigits: 1,
      })

/** What there is to discover, each in a sentence with its figures and the way to the rows behind them. */
export function StoryList() {
  const stories = useEndpoint(getSampleStories)
  if (stories.isPending) return <Skeleton height={180} mt="sm" />
  if (!stories.data)
    return <ErrorState compact error={stories.error} onRetry={() => void stories.refetch()} />
  const told = tellAll(stories.data)
  if (told.length === 0)
    return (
      <Text c="dimmed" mt="xs">
        {t('data.sample.untold')}
      </Text>
    )
  return <ul className={classes.stories}>{told}</ul>
}

function tellAll({ incident, set_up, call_backs, renewals }: SampleStories): ReactNode[] {
  return [
    renewals && <Renewals key="renewals" story={renewals} />,
    incident && <Incident key="incident" story={incident} />,
    set_up && <SetUp key="set_up" story={set_up} />,
    call_backs && <CallBacks key="call_backs" story={call_backs} />,
  ].filter(Boolean)
}

interface StoryProps {
  title: string
  children: string
  ways: { to: string; label: string }[]
}

function Story({ title, children, ways }: StoryProps) {
  return (
    <li className={classes.story}>
      <Title order={3} size="h4">
        {title}
      </Title>
      <Text size="md">{children}</Text>
      <div className={classes.ways}>
        {ways.map(({ to, label }) => (
          <Link key={to} to={to}>
            {label}
          </Link>
        ))}
      </div>
    </li>
  )
}

type Of<Name extends keyof SampleStories> = { story: NonNullable<SampleStories[Name]> }

function Renewals({ story }: Of<'renewals'>) {
  const amount = formatMoney(story.amount_minor, story.currency, { maximumFractionDigits: 0 })
  return (
    <Story
      title={t('data.sample.renewals.title', { amount })}
      ways={[
        {
          to: links.renewalsLink(story),
          label: t('data.sample.renewals.companies', { count: story.companies }),
        },
        { to: links.detractorsLink(story), label: t('data.sample.renewals.people', { count: story.people }) },
      ]}
    >
      {t('data.sample.renewals.text', { people: story.people, companies: story.companies, amount })}
    </Story>
  )
}

function Incident({ story }: Of<'incident'>) {
  const { region, late, before, during, after, in_week } = story
  return (
    <Story
      title={t('data.sample.incident.title', { region })}
      ways={[
        {
          to: links.incidentLink(story),
          label: t('data.sample.incident.week', { score: formatScore(in_week.score), n: in_week.n }),
        },
      ]}
    >
      {t('data.sample.incident.text', {
        late,
        from: formatDate(story.from),
        to: formatDate(story.to),
        before: formatScore(before.score),
        during: formatScore(during.score),
        after: formatScore(after.score),
      })}
    </Story>
  )
}

function SetUp({ story }: Of<'set_up'>) {
  const { person } = story
  return (
    <Story
      title={t('data.sample.setUp.title')}
      ways={[
        {
          to: links.setUpLink(story),
          label: t('data.sample.setUp.score', {
            score: formatScore(story.with_support.score),
            n: story.with_support.n,
          }),
        },
        ...(person
          ? [
              {
                to: links.personLink(person.id),
                label: t('data.sample.setUp.person', {
                  name: person.name ?? t('data.sample.setUp.nameless'),
                }),
              },
            ]
          : []),
      ]}
    >
      {t('data.sample.setUp.text', {
        views: formatNumber(story.views),
        score: formatScore(story.with_support.score),
        alone: formatScore(story.alone.score),
      })}
    </Story>
  )
}

function CallBacks({ story: { called, silent, filters } }: Of<'call_backs'>) {
  return (
    <Story
      title={t('data.sample.callBacks.title')}
      ways={[
        {
          to: links.peopleLink(filters.called_bought),
          label: t('data.sample.callBacks.bought', { count: called.bought }),
        },
        {
          to: links.peopleLink(filters.silent),
          label: t('data.sample.callBacks.silent', { count: silent.people }),
        },
      ]}
    >
      {t('data.sample.callBacks.text', {
        called: called.people,
        called_bought: called.bought,
        silent: silent.people,
        silent_bought: silent.bought,
      })}
    </Story>
  )
}
