import { Button, Group, PasswordInput, Stack, Text, TextInput } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { type FormEvent, type ReactNode, useState } from 'react'
import { fieldError } from '../../core/web/api-error.ts'
import { call } from '../../core/web/call.ts'
import { t } from '../../core/web/i18n.ts'
import { invalidate } from '../../core/web/query.ts'
import { Dialog } from '../../ui/Dialog.tsx'
import { showDone } from '../../ui/toast.tsx'
import { listPasskeys, removePasskey } from '../passkeys.contract.ts'
import { browserOf } from './browser.ts'
import { FormProblem } from './FormProblem.tsx'
import { enterWithPasskey, makePasskey } from './passkeys.ts'

interface DialogProps {
  asksPassword: boolean
  /** There is a passkey to confirm it with instead. */
  mayConfirm: boolean
  onDone: () => void
  onClose: () => void
}

interface ProofFormProps extends DialogProps {
  title: string
  submitLabel: string
  danger?: boolean
  children: ReactNode
  run: (proof: { password?: string }) => Promise<unknown>
}

/** Asks for the password, or for a passkey, where the signing in is a while ago. */
function ProofForm({ asksPassword, mayConfirm, run, ...props }: ProofFormProps) {
  const [password, setPassword] = useState('')
  const work = useMutation({
    mutationFn: () => run(asksPassword ? { password } : {}),
    onSuccess: props.onDone,
  })
  const confirm = useMutation({
    mutationFn: () => enterWithPasskey({ again: true }),
    onSuccess: () => invalidate([listPasskeys]),
  })
  const error = work.error ?? confirm.error
  const submit = (event: FormEvent) => {
    event.preventDefault()
    confirm.reset()
    work.mutate()
  }
  return (
    <Dialog onClose={props.onClose} title={props.title}>
      <form onSubmit={submit}>
        <Stack gap="md">
          {props.children}
          {asksPassword && (
            <PasswordInput
              label={t('identity.field.currentPassword')}
              description={t('identity.factor.passwordText')}
              autoComplete="current-password"
              required
              value={password}
              onChange={event => setPassword(event.currentTarget.value)}
              error={fieldError(error, 'password')}
              visibilityToggleButtonProps={{ 'aria-label': t('identity.password.show') }}
            />
          )}
          <FormProblem error={error} fields={['password']} />
          <Group justify="flex-end">
            <Button variant="default" onClick={props.onClose}>
              {t('ui.cancel')}
            </Button>
            {asksPassword && mayConfirm && (
              <Button variant="default" loading={confirm.isPending} onClick={() => confirm.mutate()}>
                {t('identity.passkey.confirm')}
              </Button>
            )}
            <Button type="submit" loading={work.isPending} {...(props.danger ? { color: 'clay' } : {})}>
              {props.submitLabel}
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  )
}

export function AddPasskey(props: DialogProps) {
  const [name, setName] = useState(() => browserOf(navigator.userAgent))
  return (
    <ProofForm
      {...props}
      title={t('identity.passkey.add')}
      submitLabel={t('identity.passkey.goOn')}
      run={async proof => {
        await makePasskey({ name, ...proof })
        showDone(t('identity.passkey.added', { name }))
      }}
    >
      <Text size="sm">{t('identity.passkey.addText')}</Text>
      <TextInput
        label={t('identity.passkey.name')}
        description={t('identity.passkey.nameHint')}
        required
        maxLength={80}
        data-autofocus
        value={name}
        onChange={event => setName(event.currentTarget.value)}
      />
    </ProofForm>
  )
}

export function RemovePasskey({
  passkey,
  ...props
}: DialogProps & { passkey: { id: string; name: string } }) {
  const { id, name } = passkey
  return (
    <ProofForm
      {...props}
      title={t('identity.passkey.removeTitle', { name })}
      submitLabel={t('identity.passkey.remove')}
      danger
      run={async proof => {
        await call(removePasskey, { params: { id }, body: proof })
        showDone(t('identity.passkey.removed', { name }))
      }}
    >
      <Text size="sm">{t('identity.passkey.removeText')}</Text>
    </ProofForm>
  )
}
