import { Button, Group, Stack, Text } from '@mantine/core'
import { formatNumber } from '../../../core/web/format.ts'
import { t } from '../../../core/web/i18n.ts'
import { Link } from '../../../core/web/navigation.tsx'
import type { Kind } from '../../kind.contract.ts'
import { nameOf, recordAddress } from '../catalogue.ts'
import { useTitles } from '../names.ts'
import type { BulkOutcome } from './bulk.ts'

const most = 20

/** What a change of many left as it was, and why. */
export function Refused({
  kind,
  outcome,
  onClose,
}: {
  kind: Kind
  outcome: BulkOutcome
  onClose: () => void
}) {
  const shown = outcome.rejected.slice(0, most)
  const titles = useTitles([{ kind: kind.name, ids: shown.map(({ id }) => id) }])
  const of = outcome.rejected.length
  return (
    <Stack gap="sm">
      <Text>
        {t('records.bulk.refused', {
          done: formatNumber(outcome.done),
          n: formatNumber(of),
          kind: nameOf(kind, of),
        })}
      </Text>
      <Stack component="ul" gap="xs" m={0} pl="md">
        {shown.map(({ id, detail }) => (
          <li key={id}>
            <Link to={recordAddress(kind, id)}>{titles.get(id) ?? t('records.value.unnamed')}</Link>
            <Text size="sm" c="dimmed">
              {detail}
            </Text>
          </li>
        ))}
      </Stack>
      {of > most && (
        <Text size="sm" c="dimmed">
          {t('records.bulk.andMore', { n: formatNumber(of - most) })}
        </Text>
      )}
      <Group justify="flex-end">
        <Button variant="default" onClick={onClose}>
          {t('ui.close')}
        </Button>
      </Group>
    </Stack>
  )
}
