import { Button, Group, Stack, TextInput } from '@mantine/core'
import { type FormEvent, useEffect, useRef, useState } from 'react'
import { fieldError } from '../../core/web/api-error.ts'
import { t } from '../../core/web/i18n.ts'
import { useChange } from '../../core/web/query.ts'
import { passSecondFactor } from '../second-factor.contract.ts'
import { BareFrame } from './BareFrame.tsx'
import { FormProblem } from './FormProblem.tsx'

interface SecondStepProps {
  step: string
  onDone: () => void
  onOver: () => void
}

/** After the password: the code of the second factor. */
export function SecondStep({ step, onDone, onOver }: SecondStepProps) {
  const [code, setCode] = useState('')
  const field = useRef<HTMLInputElement>(null)
  useEffect(() => field.current?.focus(), [])
  const { change, pending, error } = useChange(passSecondFactor, { quiet: true, onDone })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    change({ body: { step, code } })
  }
  return (
    <BareFrame title={t('identity.factor.step')} lead={t('identity.factor.stepLead')}>
      <form onSubmit={submit}>
        <Stack gap="md">
          <FormProblem error={error} fields={['code']} />
          <TextInput
            label={t('identity.factor.code')}
            autoComplete="one-time-code"
            inputMode="text"
            ref={field}
            required
            maxLength={40}
            value={code}
            onChange={event => setCode(event.currentTarget.value)}
            error={fieldError(error, 'code')}
          />
          <Group justify="space-between">
            <Button variant="default" onClick={onOver}>
              {t('identity.factor.startOver')}
            </Button>
            <Button type="submit" loading={pending}>
              {t('identity.factor.finish')}
            </Button>
          </Group>
        </Stack>
      </form>
    </BareFrame>
  )
}
