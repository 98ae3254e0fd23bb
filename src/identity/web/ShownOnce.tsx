import { Alert, Button, Code, CopyButton, Group, Stack, Text } from '@mantine/core'
import { IconCheck, IconCopy, IconEyeExclamation } from '@tabler/icons-react'
import { t } from '../../core/web/i18n.ts'

interface ShownOnceProps {
  /** What it is and what to do with it. */
  text: string
  label: string
  secret: string
}

/** A key or a link that is not kept: now is the only time to copy it. */
export function ShownOnce({ text, label, secret }: ShownOnceProps) {
  return (
    <Stack gap="sm">
      <Alert variant="light" color="amber" icon={<IconEyeExclamation size={18} />}>
        {text}
      </Alert>
      <Text size="sm" fw={560}>
        {label}
      </Text>
      <Code block style={{ overflowWrap: 'anywhere', whiteSpace: 'pre-wrap' }}>
        {secret}
      </Code>
      <Group justify="flex-end">
        <CopyButton value={secret}>
          {({ copied, copy }) => (
            <Button
              onClick={copy}
              data-autofocus
              leftSection={copied ? <IconCheck size={16} /> : <IconCopy size={16} />}
            >
              {copied ? t('identity.copied') : t('identity.copy')}
            </Button>
          )}
        </CopyButton>
      </Group>
    </Stack>
  )
}
