import { Button, Group, Stack, Switch, TextInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { fieldError } from '../../core/web/api-error.ts'
import { t } from '../../core/web/i18n.ts'
import { useChange } from '../../core/web/query.ts'
import { Slot } from '../../core/web/slots.tsx'
import { Page } from '../../ui/Page.tsx'
import { showDone } from '../../ui/toast.tsx'
import { getSession } from '../session.contract.ts'
import { getWorkspace, updateWorkspace } from '../workspaces.contract.ts'
import { FormProblem } from './FormProblem.tsx'
import { type Place, PlaceFields } from './PlaceFields.tsx'
import { RoleReaches } from './RoleReaches.tsx'
import { Section } from './Section.tsx'
import { useSession } from './session.ts'

export default function WorkspacePage() {
  const { workspace } = useSession()
  if (!workspace) return null
  return (
    <Page
      title={t('identity.workspace.settings')}
      subtitle={t('identity.workspace.slug', { slug: workspace.slug })}
      layout="narrow"
    >
      <Section title={t('identity.workspace.about')}>
        <WorkspaceForm name={workspace.name} place={workspace} />
      </Section>
      <Section title={t('identity.factor.title')}>
        <FactorDemand demanded={workspace.second_factor_required} />
      </Section>
      <RoleReaches />
      <Slot name="settings.section" />
    </Page>
  )
}

/** Holds at once: who has none is asked for it with the next click. */
function FactorDemand({ demanded }: { demanded: boolean }) {
  const { change, pending } = useChange(updateWorkspace, {
    invalidates: [getSession, getWorkspace],
    onDone: () => showDone(t('identity.saved')),
  })
  return (
    <Switch
      label={t('identity.factor.demand')}
      description={t('identity.factor.demandHint')}
      checked={demanded}
      disabled={pending}
      onChange={event => change({ body: { second_factor_required: event.currentTarget.checked } })}
    />
  )
}

function WorkspaceForm({ name: before, place: placeBefore }: { name: string; place: Place }) {
  const [name, setName] = useState(before)
  const [place, setPlace] = useState<Place>({
    country: placeBefore.country,
    currency: placeBefore.currency,
    time_zone: placeBefore.time_zone,
  })
  const { change, pending, error } = useChange(updateWorkspace, {
    quiet: true,
    invalidates: [getSession, getWorkspace],
    onDone: () => showDone(t('identity.saved')),
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    change({ body: { name, ...place } })
  }
  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        <TextInput
          label={t('identity.workspace.name')}
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
            {t('identity.save')}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
