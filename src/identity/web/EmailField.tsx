import { TextInput } from '@mantine/core'
import { t } from '../../core/web/i18n.ts'

interface EmailFieldProps {
  value: string
  onChange: (email: string) => void
  /** `username webauthn` where a passkey may be offered in it. */
  autoComplete: string
  error?: string | undefined
}

export function EmailField({ value, onChange, autoComplete, error }: EmailFieldProps) {
  return (
    <TextInput
      label={t('identity.field.email')}
      type="email"
      autoComplete={autoComplete}
      required
      value={value}
      onChange={event => onChange(event.currentTarget.value)}
      error={error}
    />
  )
}
