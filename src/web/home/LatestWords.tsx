import { Text, Title } from '@mantine/core'
import { t } from '../../core/web/i18n.ts'
import { Link } from '../../core/web/navigation.tsx'
import { useEndpoint } from '../../core/web/query.ts'
import { listMeasures } from '../../feedback/measure.contract.ts'
import { measureResponses } from '../../feedback/responses.contract.ts'
import { ScoreMark } from '../../feedback/web/index.ts'
import { RelativeTime } from '../../ui/values.tsx'
import classes from './Home.module.css'

const most = 5

/** What customers wrote last, in their own words. */
export function LatestWords() {
  const there = useEndpoint(listMeasures, {}, { refetch_ms: 60_000 })
  const latest = there.data?.items[0]
  const { data } = useEndpoint(
    measureResponses,
    {
      params: { measure: latest?.measure ?? 'nps' },
      query: { limit: 60, ...(latest ? { kind: latest.kind } : {}) },
    },
    { enabled: latest !== undefined, refetch_ms: 60_000 },
  )
  const told = data?.items.filter(one => one.comment !== null && !one.comment_withheld).slice(0, most) ?? []
  if (told.length === 0) return null
  return (
    <section className={`rp-card ${classes.card}`}>
      <div className={classes.cardHead}>
        <Title order={2}>{t('web.home.words')}</Title>
        <Link to={`/measures?measure=${latest?.measure ?? 'nps'}&kind=${latest?.kind ?? 'relational'}`}>
          {t('web.home.allWords')}
        </Link>
      </div>
      <ul className={classes.words}>
        {told.map(({ id, score, band, comment, person, submitted_at }) => (
          <li key={id} className={classes.word}>
            <ScoreMark score={score} band={band} />
            <div>
              <Text size="md" lineClamp={3}>
                {comment}
              </Text>
              <Text size="sm" c="dimmed">
                {person && <Link to={`/people/${person.id}`}>{person.name ?? t('web.home.nameless')}</Link>}
                {person && submitted_at && ' · '}
                {submitted_at && <RelativeTime at={submitted_at} />}
              </Text>
            </div>
          </li>
        ))}
      </ul>
    </section>
  )
}
