import { Button, Code, Group, PasswordInput, Stack, Text, TextInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import type { Reply } from '../../core/endpoint.ts'
import { fieldError } from '../../core/web/api-error.ts'
import { t } from '../../core/web/i18n.ts'
import { useChange } from '../../core/web/query.ts'
import { beginSecondFactor, confirmSecondFactor } from '../second-factor.contract.ts'
import { FormProblem } from './FormProblem.tsx'
import { QrCode } from './QrCode.tsx'
import { RecoveryCodes } from './RecoveryCodes.tsx'

/** Password, picture, first code, recovery codes. */
export function FactorSetUp({ onDone }: { onDone: () => void }) {
  const [begun, setBegun] = useState<Reply<typeof beginSecondFactor> | null>(null)
  const [codes, setCodes] = useState<string[] | null>(null)
  const { change, pending, error } = useChange(beginSecondFactor, { quiet: true, onDone: setBegun })
  if (codes) return <RecoveryCodes codes={codes} onDone={onDone} />
  if (begun) return <FirstCode begun={begun} onCodes={setCodes} />
  return (
    <PasswordGate
      submitLabel={t('identity.factor.next')}
      pending={pending}
      error={error}
      onPassword={password => change({ body: { password } })}
    />
  )
}

interface PasswordGateProps {
  submitLabel: string
  pending: boolean
  error: unknown
  onPassword: (password: string) => void
}

/** Asks for the password before something that changes how one signs in. */
export function PasswordGate({ submitLabel, pending, error, onPassword }: PasswordGateProps) {
  const [password, setPassword] = useState('')
  const submit = (event: FormEvent) => {
    event.preventDefault()
    onPassword(password)
  }
  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        <Text size="sm" c="dimmed">
          {t('identity.factor.passwordText')}
        </Text>
        <PasswordInput
          label={t('identity.field.currentPassword')}
          autoComplete="current-password"
          required
          data-autofocus
          value={password}
          onChange={event => setPassword(event.currentTarget.value)}
          error={fieldError(error, 'password')}
          visibilityToggleButtonProps={{ 'aria-label': t('identity.password.show') }}
        />
        <FormProblem error={error} fields={['password']} />
        <Group justify="flex-end">
          <Button type="submit" loading={pending}>
            {submitLabel}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}

interface FirstCodeProps {
  begun: Reply<typeof beginSecondFactor>
  onCodes: (codes: string[]) => void
}

function FirstCode({ begun, onCodes }: FirstCodeProps) {
  const [code, setCode] = useState('')
  const { change, pending, error } = useChange(confirmSecondFactor, {
    quiet: true,
    onDone: ({ recovery_codes }) => onCodes(recovery_codes),
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    change({ body: { code } })
  }
  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        <Text size="sm">{t('identity.factor.scan')}</Text>
        <QrCode text={begun.uri} label={t('identity.factor.picture')} />
        <Text size="sm">
          {t('identity.factor.orType')} <Code>{begun.secret.match(/.{4}/g)?.join(' ')}</Code>
        </Text>
        <TextInput
          label={t('identity.factor.code')}
          autoComplete="one-time-code"
          inputMode="numeric"
          required
          maxLength={10}
          value={code}
          onChange={event => setCode(event.currentTarget.value)}
          error={fieldError(error, 'code')}
        />
        <FormProblem error={error} fields={['code']} />
        <Group justify="flex-end">
          <Button type="submit" loading={pending}>
            {t('identity.factor.turnOn')}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
