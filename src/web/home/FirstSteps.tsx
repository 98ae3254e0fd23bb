import { ActionIcon, Button, CopyButton, Text, Title, Tooltip } from '@mantine/core'
import {
  IconBroadcast,
  IconCheck,
  IconCoffee,
  IconCopy,
  IconFileImport,
  IconUserPlus,
} from '@tabler/icons-react'
import type { ComponentType } from 'react'
import { t } from '../../core/web/i18n.ts'
import { useGo } from '../../core/web/navigation.tsx'
import { useCan } from '../../core/web/rights.ts'
import { useLoadSample } from '../../data/web/index.ts'
import classes from './Home.module.css'

interface Step {
  id: string
  icon: ComponentType<{ size?: number | string; stroke?: number | string }>
  /** Where it is done; the sample company is loaded at once. */
  to?: string
  permission: string
}

const steps: readonly Step[] = [
  { id: 'import', icon: IconFileImport, to: '/imports/new', permission: 'imports.run' },
  { id: 'sample', icon: IconCoffee, permission: 'workspace.manage' },
  { id: 'events', icon: IconBroadcast, to: '/settings/keys', permission: 'keys.manage' },
  { id: 'person', icon: IconUserPlus, to: '/people?new=1', permission: 'records.write' },
]

/** An empty workspace: four ways to begin, the quickest first. */
export function FirstSteps() {
  const can = useCan()
  const go = useGo()
  const sample = useLoadSample()
  const open = steps.filter(step => can(step.permission))
  return (
    <section aria-labelledby="first-steps">
      <Title order={2} id="first-steps">
        {t('web.first.title')}
      </Title>
      <Text c="dimmed" mt={2}>
        {t(open.length > 0 ? 'web.first.text' : 'web.first.nobody')}
      </Text>
      <ol className={classes.steps}>
        {open.map(({ id, icon: Icon, to }, index) => (
          <li key={id} className={`rp-card ${classes.step}`}>
            <Icon size={26} stroke={1.5} />
            <Title order={3}>{t(`web.first.${id}.title`)}</Title>
            <Text c="dimmed" size="md">
              {t(`web.first.${id}.text`)}
            </Text>
            <div className={classes.go}>
              <Button
                variant={index === 0 ? 'filled' : 'default'}
                loading={to === undefined && sample.pending}
                onClick={() => (to === undefined ? sample.load() : go(to))}
              >
                {t(`web.first.${id}.go`)}
              </Button>
            </div>
          </li>
        ))}
      </ol>
      {can('keys.manage') && <Snippet />}
    </section>
  )
}

/** The first event by hand: it shows what an event is better than a page about it. */
function Snippet() {
  const code = `curl -u WRITE_KEY: ${location.origin}/v1/track \\
  -H 'content-type: application/json' \\
  -d '{"userId":"42","event":"Order placed","context":{"traits":{"email":"someone@example.com"}}}'`
  return (
    <>
      <Text mt="xl" size="md">
        {t('web.first.snippet')}
      </Text>
      <div className={classes.code}>
        {code}
        <div className={classes.copy}>
          <CopyButton value={code}>
            {({ copied, copy }) => (
              <Tooltip label={copied ? t('web.first.copied') : t('web.first.copy')}>
                <ActionIcon aria-label={t('web.first.copy')} onClick={copy}>
                  {copied ? <IconCheck size={16} /> : <IconCopy size={16} />}
                </ActionIcon>
              </Tooltip>
            )}
          </CopyButton>
        </div>
      </div>
    </>
  )
}
