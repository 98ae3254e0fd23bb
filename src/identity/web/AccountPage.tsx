import { Button, Group, PasswordInput, Stack } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { fieldError } from '../../core/web/api-error.ts'
import { t } from '../../core/web/i18n.ts'
import { useChange } from '../../core/web/query.ts'
import { Page } from '../../ui/Page.tsx'
import { showDone } from '../../ui/toast.tsx'
import { listAccountEvents } from '../second-factor.contract.ts'
import { changePassword, listSessions } from '../session.contract.ts'
import { AccountEvents } from './AccountEvents.tsx'
import { FormProblem } from './FormProblem.tsx'
import { Passkeys } from './Passkeys.tsx'
import { PasswordField } from './PasswordField.tsx'
import { Notices, ProfileForm } from './Profile.tsx'
import { SecondFactor } from './SecondFactor.tsx'
import { Section } from './Section.tsx'
import { SessionList } from './SessionList.tsx'
import { useSession } from './session.ts'

export default function AccountPage() {
  const { account } = useSession()
  return (
    <Page title={t('identity.account.title')} subtitle={account?.email} layout="narrow">
      <Section title={t('identity.account.you')} text={t('identity.profile.text')}>
        <ProfileForm />
      </Section>
      <Notices />
      <Section title={t('identity.field.password')} text={t('identity.account.passwordText')}>
        <PasswordForm />
      </Section>
      <Passkeys />
      <SecondFactor />
      <SessionList />
      <AccountEvents />
    </Page>
  )
}

function PasswordForm() {
  const { account } = useSession()
  const [current, setCurrent] = useState('')
  const [next, setNext] = useState('')
  const { change, pending, error } = useChange(changePassword, {
    quiet: true,
    invalidates: [listSessions, listAccountEvents],
    onDone: () => {
      setCurrent('')
      setNext('')
      showDone(t('identity.account.passwordChanged'))
    },
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    change({ body: { current_password: current, new_password: next } })
  }
  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        <input
          type="text"
          name="username"
          autoComplete="username"
          value={account?.email ?? ''}
          readOnly
          hidden
        />
        <PasswordInput
          label={t('identity.field.currentPassword')}
          autoComplete="current-password"
          required
          value={current}
          onChange={event => setCurrent(event.currentTarget.value)}
          error={fieldError(error, 'current_password')}
          visibilityToggleButtonProps={{ 'aria-label': t('identity.password.show') }}
        />
        <PasswordField
          label={t('identity.field.newPassword')}
          value={next}
          words={[account?.name ?? '', account?.email ?? '']}
          onChange={setNext}
          error={fieldError(error, 'new_password')}
        />
        <FormProblem error={error} fields={['current_password', 'new_password']} />
        <Group>
          <Button type="submit" variant="default" loading={pending} disabled={current === '' || next === ''}>
            {t('identity.account.changePassword')}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
