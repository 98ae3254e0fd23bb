import { Alert } from '@mantine/core'
import { t } from '../../core/web/i18n.ts'
import type { Preview } from '../imports.contract.ts'

/** Which tool's file this is, and that this is only a suggestion. */
export function Recognised({ preview: { recognised } }: { preview: Preview }) {
  return recognised ? (
    <Alert role="status" title={t('data.understood.recognised', { name: recognised.name })}>
      {t('data.understood.recognisedDetail')}
    </Alert>
  ) : null
}
