import { NumberInput, type NumberInputProps } from '@mantine/core'
import { t } from '../../core/web/i18n.ts'

/** How long personal links are good for. */
export function InviteDays(props: Pick<NumberInputProps, 'value' | 'onChange'>) {
  return (
    <NumberInput
      label={t('feedback.invite.days')}
      min={1}
      max={730}
      allowDecimal={false}
      w={200}
      {...props}
    />
  )
}
