import { Button, Group, PasswordInput, Stack, TextInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { fieldError } from '../../core/web/api-error.ts'
import { t } from '../../core/web/i18n.ts'
import { useChange } from '../../core/web/query.ts'
import { Page } from '../../ui/Page.tsx'
import { showDone } from '../../ui/toast.tsx'
import { changePassword, getSession, listSessions, updateAccount } from '../session.contract.ts'
import { AccountEvents } from './AccountEvents.tsx'
import { FormProblem } from './FormProblem.tsx'
import { Passkeys } from './Passkeys.tsx'
import { PasswordField } from './PasswordField.tsx'
import { SecondFactor } from './SecondFactor.tsx'
import { Section } from './Section.tsx'
import { SessionList } from './SessionList.tsx'
import { useSession } from './session.ts'

export default function AccountPage() {
  const { account } = useSession()
  return (
    <Page title={t('identity.account.title')} subtitle={account?.email} layout="narrow">
      <Section title={t('identity.account.name')}>
        <NameForm />
      </Section>
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

function NameForm() {
  const { account } = useSession()
  const [name, setName] = useState(account?.name ?? '')
  const { change, pending, error } = useChange(updateAccount, {
    invalidates: [getSession],
    onDone: () => showDone(t('identity.saved')),
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    change({ body: { name } })
  }
  return (
    <form onSubmit={submit}>
      <Group align="flex-end">
        <TextInput
          flex="1 1 14rem"
          label={t('identity.field.name')}
          autoComplete="name"
          required
          maxLength={120}
          value={name}
          onChange={event => setName(event.currentTarget.value)}
          error={fieldError(error, 'name')}
        />
        <Button type="submit" variant="default" loading={pending} disabled={name === account?.name}>
          {t('identity.save')}
        </Button>
      </Group>
    </form>
  )
}

function PasswordForm() {
  const { account } = useSession()
  const [current, setCurrent] = useState('')
  const [next, setNext] = useState('')
  const { change, pending, error } = useChange(changePassword, {
    quiet: true,
    invalidates: [listSessions],
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
