import { Button, Group, Stack, TextInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { fieldError } from '../../core/web/api-error.ts'
import { t } from '../../core/web/i18n.ts'
import { useChange } from '../../core/web/query.ts'
import { Page } from '../../ui/Page.tsx'
import { createWorkspace } from '../workspaces.contract.ts'
import { FormProblem } from './FormProblem.tsx'
import { type Place, PlaceFields, placeHere } from './PlaceFields.tsx'
import { useSwitch } from './use-switch.ts'

export default function NewWorkspacePage() {
  const [name, setName] = useState('')
  const [place, setPlace] = useState<Place>(placeHere)
  const switchTo = useSwitch()
  const { change, pending, error } = useChange(createWorkspace, {
    quiet: true,
    onDone: made => switchTo(made.id),
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    change({ body: { name, ...place } })
  }
  return (
    <Page title={t('identity.workspace.new')} subtitle={t('identity.workspace.newText')} layout="narrow">
      <form onSubmit={submit}>
        <Stack gap="md">
          <TextInput
            label={t('identity.workspace.name')}
            description={t('identity.workspace.nameHint')}
            required
            maxLength={120}
            value={name}
            onChange={event => setName(event.currentTarget.value)}
            error={fieldError(error, 'name')}
          />
          <PlaceFields place={place} onChange={setPlace} />
          <FormProblem error={error} fields={['name']} />
          <Group>
            <Button type="submit" loading={pending}>
              {t('identity.workspace.make')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Page>
  )
}
