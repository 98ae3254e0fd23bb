import { Button, Group, Modal } from '@mantine/core'
import { useState } from 'react'
import { t } from '../../core/web/i18n.ts'
import { queries, useChange, useEndpoint } from '../../core/web/query.ts'
import { ErrorState } from '../../ui/ErrorState.tsx'
import { showDone } from '../../ui/toast.tsx'
import { RelativeTime } from '../../ui/values.tsx'
import {
  getSecondFactor,
  listAccountEvents,
  removeSecondFactor,
  renewRecoveryCodes,
} from '../second-factor.contract.ts'
import { listSessions } from '../session.contract.ts'
import { FactorSetUp, PasswordGate } from './FactorSetUp.tsx'
import { RecoveryCodes } from './RecoveryCodes.tsx'
import { Row, Rows } from './Rows.tsx'
import { Section } from './Section.tsx'

type Doing = 'setUp' | 'newCodes' | 'remove'

/** Whether signing in takes more than the password. */
export function SecondFactor() {
  const { data, error, refetch } = useEndpoint(getSecondFactor)
  const [doing, setDoing] = useState<Doing | null>(null)
  const close = () => {
    setDoing(null)
    for (const one of [getSecondFactor, listAccountEvents, listSessions])
      void queries.invalidateQueries({ queryKey: [one.id] })
  }
  return (
    <Section title={t('identity.factor.title')} text={t('identity.factor.text')}>
      {error && <ErrorState error={error} onRetry={() => void refetch()} compact />}
      {data && (
        <Rows label={t('identity.factor.title')}>
          <Row
            main={
              data.on_since === null ? (
                t('identity.factor.off')
              ) : (
                <>
                  {t('identity.factor.on')} <RelativeTime at={data.on_since} />
                </>
              )
            }
            {...(data.on_since === null
              ? {}
              : { more: t('identity.factor.left', { count: data.recovery_codes_left }) })}
            side={<Actions on={data.on_since !== null} required={data.required} onDo={setDoing} />}
          />
        </Rows>
      )}
      <Modal
        opened={doing !== null}
        onClose={close}
        closeOnClickOutside={false}
        closeOnEscape={false}
        title={t('identity.factor.title')}
        closeButtonProps={{ 'aria-label': t('ui.close') }}
      >
        {doing === 'setUp' && <FactorSetUp onDone={close} />}
        {doing === 'newCodes' && <NewCodes onDone={close} />}
        {doing === 'remove' && <Remove onDone={close} />}
      </Modal>
    </Section>
  )
}

interface ActionsProps {
  on: boolean
  required: boolean
  onDo: (doing: Doing) => void
}

function Actions({ on, required, onDo }: ActionsProps) {
  const button = (doing: Doing) => (
    <Button key={doing} size="compact-sm" variant="default" onClick={() => onDo(doing)}>
      {t(`identity.factor.${doing}`)}
    </Button>
  )
  if (!on) return button('setUp')
  return (
    <Group gap="xs">
      {button('newCodes')}
      {!required && button('remove')}
    </Group>
  )
}

function NewCodes({ onDone }: { onDone: () => void }) {
  const [codes, setCodes] = useState<string[] | null>(null)
  const { change, pending, error } = useChange(renewRecoveryCodes, {
    quiet: true,
    onDone: ({ recovery_codes }) => setCodes(recovery_codes),
  })
  if (codes) return <RecoveryCodes codes={codes} onDone={onDone} />
  return (
    <PasswordGate
      submitLabel={t('identity.factor.newCodes')}
      pending={pending}
      error={error}
      onPassword={password => change({ body: { password } })}
    />
  )
}

function Remove({ onDone }: { onDone: () => void }) {
  const { change, pending, error } = useChange(removeSecondFactor, {
    quiet: true,
    onDone: () => {
      showDone(t('identity.factor.removed'))
      onDone()
    },
  })
  return (
    <PasswordGate
      submitLabel={t('identity.factor.remove')}
      pending={pending}
      error={error}
      onPassword={password => change({ body: { password } })}
    />
  )
}
