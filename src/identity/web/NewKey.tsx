import { Button, Group, Modal, NumberInput, Radio, Stack, TagsInput, TextInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { ApiError, fieldError } from '../../core/web/api-error.ts'
import { t } from '../../core/web/i18n.ts'
import { useChange } from '../../core/web/query.ts'
import { createKey, listKeys } from '../keys.contract.ts'
import type { Role } from '../rights.contract.ts'
import { FormProblem } from './FormProblem.tsx'
import { RoleSelect } from './RoleSelect.tsx'
import { ShownOnce } from './ShownOnce.tsx'

interface NewKeyProps {
  opened: boolean
  onClose: () => void
}

export function NewKey({ opened, onClose }: NewKeyProps) {
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={t('identity.key.new')}
      closeButtonProps={{ 'aria-label': t('ui.close') }}
    >
      <NewKeyForm onClose={onClose} />
    </Modal>
  )
}

function NewKeyForm({ onClose }: { onClose: () => void }) {
  const [name, setName] = useState('')
  const [kind, setKind] = useState<'api' | 'write'>('api')
  const [role, setRole] = useState<Role>('agent')
  const [limits, setLimits] = useState<WriteKeyLimits>({ origins: [] })
  const [key, setKey] = useState<string | null>(null)
  const { change, pending, error } = useChange(createKey, {
    quiet: true,
    invalidates: [listKeys],
    onDone: made => setKey(made.key),
  })
  if (key !== null) return <ShownOnce text={t('identity.key.once')} label={name} secret={key} />
  const wrongOrigin =
    error instanceof ApiError ? error.errors.find(one => one.path.startsWith('origins.'))?.path : undefined
  const submit = (event: FormEvent) => {
    event.preventDefault()
    change({ body: kind === 'api' ? { kind, name, role } : { kind, name, ...limits } })
  }
  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        <TextInput
          label={t('identity.key.name')}
          description={t('identity.key.nameHint')}
          required
          data-autofocus
          maxLength={120}
          autoComplete="off"
          value={name}
          onChange={event => setName(event.currentTarget.value)}
        />
        <Radio.Group
          label={t('identity.key.kind')}
          value={kind}
          onChange={value => setKind(value === 'write' ? 'write' : 'api')}
        >
          <Stack gap="xs" mt="xs">
            <Radio value="api" label={t('identity.key.api')} description={t('identity.key.apiText')} />
            <Radio value="write" label={t('identity.key.write')} description={t('identity.key.writeText')} />
          </Stack>
        </Radio.Group>
        {kind === 'api' ? (
          <RoleSelect role={role} onChange={setRole} />
        ) : (
          <WriteKeyFields limits={limits} onChange={setLimits} error={fieldError(error, wrongOrigin ?? '')} />
        )}
        <FormProblem error={error} fields={wrongOrigin === undefined ? [] : [wrongOrigin]} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t('ui.cancel')}
          </Button>
          <Button type="submit" loading={pending}>
            {t('identity.key.make')}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}

interface WriteKeyLimits {
  origins: string[]
  events_per_minute?: number
}

function WriteKeyFields({
  limits,
  error,
  onChange,
}: {
  limits: WriteKeyLimits
  error: string | undefined
  onChange: (limits: WriteKeyLimits) => void
}) {
  const { origins, events_per_minute } = limits
  return (
    <>
      <TagsInput
        label={t('identity.key.origins')}
        description={t('identity.key.originsHint')}
        placeholder={origins.length === 0 ? 'https://www.example.com' : ''}
        maxTags={20}
        splitChars={[',', ' ']}
        acceptValueOnBlur
        error={error}
        value={origins}
        onChange={next => onChange({ ...limits, origins: next })}
      />
      <NumberInput
        label={t('identity.key.quota')}
        description={t('identity.key.quotaHint')}
        min={1}
        max={1_000_000_000}
        allowDecimal={false}
        thousandSeparator
        value={events_per_minute ?? ''}
        onChange={next =>
          onChange(typeof next === 'number' ? { origins, events_per_minute: next } : { origins })
        }
      />
    </>
  )
}
