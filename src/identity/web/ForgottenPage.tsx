import { Button, Stack, Text } from '@mantine/core'
import { IconMail } from '@tabler/icons-react'
import { type FormEvent, useState } from 'react'
import { fieldError } from '../../core/web/api-error.ts'
import { t } from '../../core/web/i18n.ts'
import { Link } from '../../core/web/navigation.tsx'
import { useChange } from '../../core/web/query.ts'
import { EmptyState } from '../../ui/EmptyState.tsx'
import { askForReset } from '../session.contract.ts'
import { BareFrame } from './BareFrame.tsx'
import { EmailField } from './EmailField.tsx'
import { FormProblem } from './FormProblem.tsx'

/** Has a link for a new password sent. What it says is the same whoever has the address. */
export default function ForgottenPage() {
  const [email, setEmail] = useState('')
  const [asked, setAsked] = useState(false)
  const { change, pending, error } = useChange(askForReset, { quiet: true, onDone: () => setAsked(true) })
  if (asked) {
    return (
      <BareFrame title={t('identity.forgotten.title')}>
        <EmptyState
          icon={IconMail}
          title={t('identity.forgotten.asked', { email })}
          action={<Link to="/sign-in">{t('identity.forgotten.back')}</Link>}
        >
          {t('identity.forgotten.askedHow')}
        </EmptyState>
      </BareFrame>
    )
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    change({ body: { email } })
  }
  return (
    <BareFrame title={t('identity.forgotten.title')} lead={t('identity.forgotten.lead')}>
      <form onSubmit={submit}>
        <Stack gap="md">
          <EmailField
            autoComplete="username"
            value={email}
            onChange={setEmail}
            error={fieldError(error, 'email')}
          />
          <FormProblem error={error} fields={['email']} />
          <Button type="submit" size="md" loading={pending}>
            {t('identity.forgotten.submit')}
          </Button>
          <Text size="sm">
            <Link to="/sign-in">{t('identity.forgotten.back')}</Link>
          </Text>
        </Stack>
      </form>
    </BareFrame>
  )
}
