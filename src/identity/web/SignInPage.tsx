import { Button, PasswordInput, Stack, Text } from '@mantine/core'
import { type FormEvent, useEffect, useState } from 'react'
import { t } from '../../core/web/i18n.ts'
import { Link, useGo, useSearchParams } from '../../core/web/navigation.tsx'
import { useChange, useEndpoint } from '../../core/web/query.ts'
import { getSession, signIn } from '../session.contract.ts'
import { BareFrame } from './BareFrame.tsx'
import { EmailField } from './EmailField.tsx'
import { FormProblem } from './FormProblem.tsx'
import { PasskeySignIn } from './PasskeySignIn.tsx'
import { SecondStep } from './SecondStep.tsx'
import { forgetEverything, safeNext } from './session.ts'

export default function SignInPage() {
  const [email, setEmail] = useState('')
  const [password, setPassword] = useState('')
  const [{ next }] = useSearchParams()
  // As it was when the page was opened: the address changes before the page is taken away.
  const [wanted] = useState(() => safeNext(next))
  const go = useGo()
  const session = useEndpoint(getSession).data
  const state = session?.state
  useEffect(() => {
    if (state === 'set_up') go('/set-up', { replace: true })
    if (state === 'signed_in') go(wanted, { replace: true })
  }, [state, wanted, go])
  const enter = () => {
    forgetEverything()
    go(wanted, { replace: true })
  }
  const [step, setStep] = useState<string | null>(null)
  const [passkeyError, setPasskeyError] = useState<unknown>(null)
  const { change, pending, error, reset } = useChange(signIn, {
    quiet: true,
    onDone: reply => (reply.step === null ? enter() : setStep(reply.step)),
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    setPasskeyError(null)
    change({ body: { email, password } })
  }
  if (step !== null) return <SecondStep step={step} onDone={enter} onOver={() => setStep(null)} />
  return (
    <BareFrame title={t('identity.signIn.title')}>
      <form onSubmit={submit}>
        <Stack gap="md">
          <FormProblem error={error ?? passkeyError} />
          <EmailField autoComplete="username webauthn" value={email} onChange={setEmail} />
          <PasswordInput
            label={t('identity.field.password')}
            autoComplete="current-password"
            required
            value={password}
            onChange={event => setPassword(event.currentTarget.value)}
            visibilityToggleButtonProps={{ 'aria-label': t('identity.password.show') }}
          />
          <Button type="submit" size="md" loading={pending}>
            {t('identity.signIn.submit')}
          </Button>
          {state === 'signed_out' && session && (
            <PasskeySignIn
              place={session.passkeys}
              onDone={enter}
              onFailed={failure => {
                reset()
                setPasskeyError(failure)
              }}
            />
          )}
          <Text size="sm">
            <Link to="/forgotten-password">{t('identity.signIn.forgotten')}</Link>
          </Text>
        </Stack>
      </form>
    </BareFrame>
  )
}
