import { Button, Code, CopyButton, Group, Stack, Text, Title } from '@mantine/core'
import { t } from '../../core/web/i18n.ts'

const examples = (host: string) => [
  {
    name: t('timeline.events.howShell'),
    code: `curl ${host}/v1/track -u WRITE_KEY: -H 'content-type: application/json' \\
  -d '{"userId":"ada","event":"Signed Up","properties":{"plan":"pro"}}'`,
  },
  {
    name: t('timeline.events.howNode'),
    code: `import { Analytics } from '@segment/analytics-node'

const analytics = new Analytics({ writeKey: 'WRITE_KEY', host: '${host}' })
analytics.identify({ userId: 'ada', traits: { email: 'ada@example.org' } })
analytics.track({ userId: 'ada', event: 'Order Completed', properties: { revenue: 19.9, currency: 'EUR' } })`,
  },
  {
    name: t('timeline.events.howBrowser'),
    code: `navigator.sendBeacon(
  '${host}/v1/page?writeKey=WRITE_KEY',
  JSON.stringify({ anonymousId: 'a-visitor', name: document.title })
)`,
  },
]

/** What to paste where, so that the first event arrives while this page is open. */
export function FirstEvent() {
  return (
    <Stack gap="md" mt="lg">
      <div>
        <Title order={2} size="h4">
          {t('timeline.events.how')}
        </Title>
        <Text size="sm" c="dimmed">
          {t('timeline.events.howText')}
        </Text>
      </div>
      {examples(window.location.origin).map(({ name, code }) => (
        <section key={name} aria-label={name}>
          <Group justify="space-between" mb={4}>
            <Text size="sm" fw={600}>
              {name}
            </Text>
            <CopyButton value={code}>
              {({ copied, copy }) => (
                <Button
                  size="compact-xs"
                  variant="default"
                  onClick={copy}
                  aria-label={copied ? t('timeline.events.copied') : t('timeline.events.copyNamed', { name })}
                >
                  {copied ? t('timeline.events.copied') : t('timeline.events.copy')}
                </Button>
              )}
            </CopyButton>
          </Group>
          <Code block tabIndex={0}>
            {code}
          </Code>
        </section>
      ))}
    </Stack>
  )
}
