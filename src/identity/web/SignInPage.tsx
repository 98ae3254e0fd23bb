import { Button, PasswordInput, Stack, Text, TextInput } from '@mantine/core'
import { type FormEvent, useEffect, useState } from 'react'
import { t } from '../../core/web/i18n.ts'
import { Link, useGo, useSearchParams } from '../../core/web/navigation.tsx'
import { useChange, useEndpoint } from '../../core/web/query.ts'
import { getSession, signIn } from '../session.contract.ts'
import { BareFrame } from './BareFrame.tsx'
import { FormProblem } from './FormProblem.tsx'
import { SecondStep } from './SecondStep.tsx'
import { forgetEverything, safeNext } from './session.ts'

export default function SignInPage() {
  const [email, setEmail] = useState('')
  const [password, setPassword] = useState('')
  const [{ next }] = useSearchParams()
  const go = useGo()
  const state = useEndpoint(getSession).data?.state
  useEffect(() => {
    if (state === 'set_up') go('/set-up', { replace: true })
    if (state === 'signed_in') go(safeNext(next), { replace: true })
  }, [state, next, go])
  const enter = () => {
    forgetEverything()
    go(safeNext(next), { replace: true })
  }
  const [step, setStep] = useState<string | null>(null)
  const { change, pending, error } = useChange(signIn, {
    quiet: true,
    onDone: reply => (reply.step === null ? enter() : setStep(reply.step)),
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    change({ body: { email, password } })
  }
  if (step !== null) return <SecondStep step={step} onDone={enter} onOver={() => setStep(null)} />
  return (
    <BareFrame title={t('identity.signIn.title')}>
      <form onSubmit={submit}>
        <Stack gap="md">
          <FormProblem error={error} />
          <TextInput
            label={t('identity.field.email')}
            type="email"
            autoComplete="username"
            required
            value={email}
            onChange={event => setEmail(event.currentTarget.value)}
          />
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
          <Text size="sm">
            <Link to="/forgotten-password">{t('identity.signIn.forgotten')}</Link>
          </Text>
        </Stack>
      </form>
    </BareFrame>
  )
}
