import { Button, Group, Stack } from '@mantine/core'
import { t } from '../../core/web/i18n.ts'
import { ShownOnce } from './ShownOnce.tsx'

/** Only whoever says so leaves them: closed by accident, they would be lost. */
export function RecoveryCodes({ codes, onDone }: { codes: readonly string[]; onDone: () => void }) {
  return (
    <Stack gap="md">
      <ShownOnce
        text={t('identity.factor.codesText')}
        label={t('identity.factor.codesTitle')}
        secret={codes.join('\n')}
      />
      <Group justify="flex-end">
        <Button variant="default" onClick={onDone}>
          {t('identity.factor.keptThem')}
        </Button>
      </Group>
    </Stack>
  )
}
