import { Button, Card, Group, Title } from '@mantine/core'
import { t } from '../../core/web/i18n.ts'
import { Link } from '../../core/web/navigation.tsx'
import { useChange, useEndpoint } from '../../core/web/query.ts'
import { RelativeTime } from '../../ui/values.tsx'
import { forgetRecent, listRecent } from '../recent.contract.ts'
import { recordAddress, useCatalogue } from './catalogue.ts'
import classes from './RecentCard.module.css'

const most = 8

/** The way back to what one looked at last. */
export default function RecentCard() {
  const { data } = useEndpoint(listRecent)
  const { catalogue } = useCatalogue()
  const forget = useChange(forgetRecent, { invalidates: [listRecent] })
  if (!data || data.items.length === 0 || !catalogue) return null
  return (
    <Card withBorder padding="md">
      <Group justify="space-between" wrap="nowrap" mb="xs">
        <Title order={2} size="h5">
          {t('records.recent.title')}
        </Title>
        <Button size="compact-xs" variant="subtle" loading={forget.pending} onClick={() => forget.change({})}>
          {t('records.recent.forget')}
        </Button>
      </Group>
      <ul className={classes.list}>
        {data.items.slice(0, most).map(({ kind, id, title, viewed_at }) => {
          const described = catalogue.get(kind)
          return (
            described && (
              <li key={id}>
                <Link to={recordAddress(described, id)}>{title || t('records.value.unnamed')}</Link>
                <RelativeTime at={viewed_at} />
              </li>
            )
          )
        })}
      </ul>
    </Card>
  )
}
