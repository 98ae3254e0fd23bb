import { Title } from '@mantine/core'
import type { Reply } from '../../core/endpoint.ts'
import { t } from '../../core/web/i18n.ts'
import { Link } from '../../core/web/navigation.tsx'
import type { people } from '../../customers/customers.contract.ts'
import { RelativeTime } from '../../ui/values.tsx'
import classes from './Home.module.css'

type Person = Reply<typeof people.list>['items'][number]

export function RecentPeople({ people: shown }: { people: readonly Person[] }) {
  return (
    <section className={`rp-card ${classes.card}`}>
      <div className={classes.cardHead}>
        <Title order={2}>{t('web.home.recent')}</Title>
        <Link to="/people">{t('web.home.allPeople')}</Link>
      </div>
      {shown.map(person => (
        <Link key={person.id} to={`/people/${person.id}`} className={classes.person}>
          <span className={classes.initials} aria-hidden>
            {initials(person.name ?? person.email ?? '')}
          </span>
          <span>
            <div className={classes.name}>{person.name ?? person.email ?? t('web.home.nameless')}</div>
            <div className={classes.about}>{aboutOf(person)}</div>
          </span>
          <span className={classes.when}>
            <RelativeTime at={person.updated_at} />
          </span>
        </Link>
      ))}
    </section>
  )
}

const initials = (name: string): string =>
  name
    .split(/\s+/)
    .slice(0, 2)
    .map(word => word.charAt(0).toUpperCase())
    .join('')

const aboutOf = ({ email, job_title, city }: Person): string =>
  [job_title, email, city].filter(Boolean).join(' · ')
