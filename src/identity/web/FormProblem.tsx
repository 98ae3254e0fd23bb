import { Alert } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import { ApiError } from '../../core/web/api-error.ts'
import { errorText } from '../../ui/errors.ts'

/** What is wrong with the whole form. What is wrong with one field stands at the field. */
export function FormProblem({ error, fields }: { error: unknown; fields?: readonly string[] }) {
  if (!error) return null
  const atFields =
    error instanceof ApiError &&
    error.errors.length > 0 &&
    error.errors.every(one => fields?.includes(one.path) ?? false)
  if (atFields) return null
  return (
    <Alert role="alert" color="clay" variant="light" icon={<IconAlertTriangle size={18} />}>
      {errorText(error)}
    </Alert>
  )
}
