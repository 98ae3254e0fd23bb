import { Button, Group, Stack, Text } from '@mantine/core'
import { IconUsers } from '@tabler/icons-react'
import { t } from '../../core/web/i18n.ts'
import { Link } from '../../core/web/navigation.tsx'
import { useInfinite } from '../../core/web/query.ts'
import { EmptyState } from '../../ui/EmptyState.tsx'
import { ErrorState } from '../../ui/ErrorState.tsx'
import { RelativeTime } from '../../ui/values.tsx'
import { people } from '../customers.contract.ts'
import classes from './CompanyPeople.module.css'
import { customerName } from './mergeable.ts'

/** The text form of "who works for this company". */
export const peopleOf = (companyId: string): string => `company_id = "${companyId}"`

export function CompanyPeople({ id }: { id: string }) {
  const list = useInfinite(people.list, { query: { filter: peopleOf(id), sort: 'name', limit: 60 } })
  if (list.error && list.items.length === 0) return <ErrorState error={list.error} onRetry={list.refetch} />
  if (list.is_loading) return null
  if (list.items.length === 0)
    return (
      <EmptyState icon={IconUsers} title={t('customers.companyPeople.none')}>
        {t('customers.companyPeople.noneText')}
      </EmptyState>
    )
  return (
    <Stack gap="sm">
      <ul className={classes.list}>
        {list.items.map(person => (
          <li key={person.id} className={classes.row}>
            <div className={classes.who}>
              <Link to={`/people/${person.id}`}>{customerName(person)}</Link>
              {person.job_title && (
                <Text size="sm" c="dimmed">
                  {person.job_title}
                </Text>
              )}
            </div>
            <Text size="sm" className={classes.email}>
              {person.email}
            </Text>
            <Text size="sm" c="dimmed">
              <RelativeTime at={person.last_seen_at} />
            </Text>
          </li>
        ))}
      </ul>
      {list.has_more && (
        <Group>
          <Button variant="default" size="xs" loading={list.is_loading_more} onClick={list.more}>
            {t('customers.more')}
          </Button>
        </Group>
      )}
    </Stack>
  )
}
