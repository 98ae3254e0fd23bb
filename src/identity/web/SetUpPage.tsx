import { Button, Fieldset, Radio, Stack, TextInput } from '@mantine/core'
import { IconKeyOff } from '@tabler/icons-react'
import { type FormEvent, useState } from 'react'
import { fieldError } from '../../core/web/api-error.ts'
import { t } from '../../core/web/i18n.ts'
import { browserLocales } from '../../core/web/language.ts'
import { useGo } from '../../core/web/navigation.tsx'
import { useChange, useEndpoint } from '../../core/web/query.ts'
import { EmptyState } from '../../ui/EmptyState.tsx'
import { ErrorState } from '../../ui/ErrorState.tsx'
import { setUp } from '../links.contract.ts'
import { getSession } from '../session.contract.ts'
import classes from './BareFrame.module.css'
import { BareFrame } from './BareFrame.tsx'
import { type Beginning, beginnings, chooseBeginning } from './beginning.ts'
import { EmailField } from './EmailField.tsx'
import { FormProblem } from './FormProblem.tsx'
import { tokenInAddress, useLink } from './link.ts'
import { PasswordField } from './PasswordField.tsx'
import { type Place, PlaceFields, placeHere } from './PlaceFields.tsx'
import { forgetEverything } from './session.ts'

const fields = ['owner.name', 'owner.email', 'owner.password', 'workspace.name']

export default function SetUpPage() {
  const link = useLink()
  const state = useEndpoint(getSession).data?.state
  const go = useGo()
  if (state === 'signed_in' || state === 'signed_out') {
    return (
      <BareFrame title={t('identity.setUp.overTitle')} lead={t('identity.setUp.over')}>
        <Button fullWidth onClick={() => go('/')}>
          {t('identity.setUp.open')}
        </Button>
      </BareFrame>
    )
  }
  if (link.state === 'looking') return null
  if (link.state === 'spent') {
    return (
      <BareFrame title={t('identity.setUp.title')}>
        {link.error === undefined ? (
          <EmptyState icon={IconKeyOff} title={t('identity.setUp.linkNeeded')}>
            {t('identity.setUp.linkHow')}
          </EmptyState>
        ) : (
          <ErrorState error={link.error} onRetry={() => location.reload()} />
        )}
      </BareFrame>
    )
  }
  return (
    <BareFrame title={t('identity.setUp.title')} lead={t('identity.setUp.lead')} wide>
      <SetUpForm />
    </BareFrame>
  )
}

function SetUpForm() {
  const [owner, setOwner] = useState({ name: '', email: '', password: '' })
  const [name, setName] = useState('')
  const [place, setPlace] = useState<Place>(placeHere)
  const [beginning, setBeginning] = useState<Beginning>('empty')
  const go = useGo()
  const { change, pending, error } = useChange(setUp, {
    quiet: true,
    onDone: () => {
      forgetEverything()
      chooseBeginning(beginning)
      go(beginning === 'import' ? '/imports/new' : '/', { replace: true })
    },
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    const [locale = 'en'] = browserLocales()
    change({ body: { token: tokenInAddress(), owner, workspace: { name, ...place, locale } } })
  }
  return (
    <form onSubmit={submit}>
      <Stack gap="lg">
        <Fieldset legend={t('identity.setUp.you')} variant="unstyled" classNames={{ legend: classes.legend }}>
          <Stack gap="md" mt="xs">
            <TextInput
              label={t('identity.field.name')}
              autoComplete="name"
              required
              maxLength={120}
              value={owner.name}
              onChange={event => setOwner({ ...owner, name: event.currentTarget.value })}
              error={fieldError(error, 'owner.name')}
            />
            <EmailField
              autoComplete="username"
              value={owner.email}
              onChange={email => setOwner({ ...owner, email })}
              error={fieldError(error, 'owner.email')}
            />
            <PasswordField
              label={t('identity.field.password')}
              value={owner.password}
              words={[owner.name, owner.email, name]}
              onChange={password => setOwner({ ...owner, password })}
              error={fieldError(error, 'owner.password')}
            />
          </Stack>
        </Fieldset>
        <Fieldset
          legend={t('identity.setUp.company')}
          variant="unstyled"
          classNames={{ legend: classes.legend }}
        >
          <Stack gap="md" mt="xs">
            <TextInput
              label={t('identity.workspace.name')}
              description={t('identity.workspace.nameHint')}
              autoComplete="organization"
              required
              maxLength={120}
              value={name}
              onChange={event => setName(event.currentTarget.value)}
              error={fieldError(error, 'workspace.name')}
            />
            <PlaceFields place={place} onChange={setPlace} />
          </Stack>
        </Fieldset>
        <BeginWith chosen={beginning} onChoose={setBeginning} />
        <FormProblem error={error} fields={fields} />
        <Button type="submit" size="md" loading={pending}>
          {t('identity.setUp.submit')}
        </Button>
      </Stack>
    </form>
  )
}

function BeginWith({ chosen, onChoose }: { chosen: Beginning; onChoose: (beginning: Beginning) => void }) {
  return (
    <Radio.Group
      label={t('identity.setUp.begin')}
      value={chosen}
      onChange={value => onChoose(beginnings.find(one => one === value) ?? 'empty')}
    >
      <Stack gap="xs" mt="xs">
        {beginnings.map(one => (
          <Radio
            key={one}
            value={one}
            label={t(`identity.setUp.${one}`)}
            description={t(`identity.setUp.${one}Hint`)}
          />
        ))}
      </Stack>
    </Radio.Group>
  )
}
