import { Button, Checkbox, PasswordInput, Stack, Text } from '@mantine/core'
import { IconKeyOff } from '@tabler/icons-react'
import { type FormEvent, useState } from 'react'
import type { Reply } from '../../core/endpoint.ts'
import { fieldError } from '../../core/web/api-error.ts'
import { t } from '../../core/web/i18n.ts'
import { Link, useGo } from '../../core/web/navigation.tsx'
import { useChange } from '../../core/web/query.ts'
import { EmptyState } from '../../ui/EmptyState.tsx'
import { ErrorState } from '../../ui/ErrorState.tsx'
import { type inspectLink, redeemLink } from '../links.contract.ts'
import { BareFrame } from './BareFrame.tsx'
import { FormProblem } from './FormProblem.tsx'
import { tokenInAddress, useLink } from './link.ts'
import { PasswordField } from './PasswordField.tsx'
import { SecondStep } from './SecondStep.tsx'
import { forgetEverything } from './session.ts'

/** Where one-time links lead: to join a workspace, or to choose a new password. */
export default function JoinPage() {
  const link = useLink()
  const go = useGo()
  const [step, setStep] = useState<string | null>(null)
  const enter = () => {
    forgetEverything()
    go('/', { replace: true })
  }
  // The link is used up by then: who fails here signs in.
  if (step !== null)
    return <SecondStep step={step} onDone={enter} onOver={() => go('/sign-in', { replace: true })} />
  if (link.state === 'looking') return null
  if (link.state === 'spent') {
    return (
      <BareFrame title={t('identity.join.spentTitle')}>
        {link.error === undefined ? (
          <EmptyState
            icon={IconKeyOff}
            title={t('identity.join.spent')}
            action={<Link to="/sign-in">{t('identity.forgotten.back')}</Link>}
          >
            {t('identity.join.spentHow')}
          </EmptyState>
        ) : (
          <ErrorState error={link.error} onRetry={() => location.reload()} />
        )}
      </BareFrame>
    )
  }
  const workspace = link.workspace_name ?? ''
  const title =
    link.purpose === 'join' ? t('identity.join.title', { workspace }) : t('identity.join.newPassword')
  const lead = t(link.purpose === 'join' ? 'identity.join.chooseOrGive' : 'identity.join.choose')
  return (
    <BareFrame title={title} lead={lead}>
      <JoinForm link={link} enter={enter} onStep={setStep} />
    </BareFrame>
  )
}

interface JoinFormProps {
  link: Reply<typeof inspectLink>
  enter: () => void
  onStep: (step: string) => void
}

function JoinForm({ link, enter, onStep }: JoinFormProps) {
  const [password, setPassword] = useState('')
  // Only they know: a link tells nobody who has an account.
  const [known, setKnown] = useState(false)
  const { change, pending, error } = useChange(redeemLink, {
    quiet: true,
    onDone: reply => (reply.step === null ? enter() : onStep(reply.step)),
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    change({ body: { token: tokenInAddress(), password } })
  }
  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        <Text>{t('identity.join.as', { email: link.email ?? '' })}</Text>
        {/* Password managers file the password under this name. */}
        <input type="text" name="username" autoComplete="username" value={link.email ?? ''} readOnly hidden />
        {link.purpose === 'join' && (
          <Checkbox
            label={t('identity.join.known')}
            checked={known}
            onChange={event => setKnown(event.currentTarget.checked)}
          />
        )}
        {known ? (
          <PasswordInput
            label={t('identity.join.yours')}
            autoComplete="current-password"
            required
            value={password}
            onChange={event => setPassword(event.currentTarget.value)}
            visibilityToggleButtonProps={{ 'aria-label': t('identity.password.show') }}
          />
        ) : (
          <PasswordField
            label={link.purpose === 'join' ? t('identity.field.password') : t('identity.field.newPassword')}
            value={password}
            words={[link.email ?? '', link.workspace_name ?? '']}
            onChange={setPassword}
            error={fieldError(error, 'password')}
          />
        )}
        <FormProblem error={error} fields={['password']} />
        <Button type="submit" size="md" loading={pending}>
          {link.purpose === 'join' ? t('identity.join.submit') : t('identity.join.save')}
        </Button>
      </Stack>
    </form>
  )
}
