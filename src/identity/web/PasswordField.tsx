import { PasswordInput } from '@mantine/core'
import { useState } from 'react'
import { t, tell } from '../../core/web/i18n.ts'
import { passwordLengthMin, passwordProblem } from '../password.contract.ts'

interface PasswordFieldProps {
  label: string
  value: string
  onChange: (value: string) => void
  /** Of the person and the workspace: a password made of these is easy to guess. */
  words?: readonly string[]
  error?: string | undefined
}

/** A password that is being chosen: says what is wrong once one has left the field. */
export function PasswordField({ label, value, onChange, words, error }: PasswordFieldProps) {
  const [left, setLeft] = useState(false)
  const problem = left && value !== '' ? passwordProblem(value, words) : undefined
  return (
    <PasswordInput
      label={label}
      description={t('identity.password.hint', { count: passwordLengthMin })}
      autoComplete="new-password"
      required
      value={value}
      onChange={event => onChange(event.currentTarget.value)}
      onBlur={() => setLeft(true)}
      error={problem ? tell(problem, problem.text) : error}
      visibilityToggleButtonProps={{ 'aria-label': t('identity.password.show') }}
    />
  )
}
