import { Button, Group, Select, SimpleGrid, Stack, Switch, TextInput } from '@mantine/core'
import { type FormEvent, useMemo, useState } from 'react'
import { fieldError } from '../../core/web/api-error.ts'
import { t } from '../../core/web/i18n.ts'
import { chooseLanguage, languageName, languages } from '../../core/web/language.ts'
import { edit, useChange } from '../../core/web/query.ts'
import { showDone } from '../../ui/toast.tsx'
import { type NoticeKind, noticeKinds } from '../notices.contract.ts'
import { getSession, updateAccount } from '../session.contract.ts'
import { FormProblem } from './FormProblem.tsx'
import { zoneNames } from './PlaceFields.tsx'
import { Section } from './Section.tsx'
import { useSession } from './session.ts'

const asBrowser = 'browser'
const asWorkspace = 'workspace'

/** Once for the account: every device and every message follows. */
export function ProfileForm() {
  const { account, workspace } = useSession()
  const before = {
    name: account?.name ?? '',
    language: account?.language ?? null,
    time_zone: account?.time_zone ?? null,
  }
  const [profile, setProfile] = useState(before)
  const { name, language, time_zone } = profile
  const zones = useMemo(() => zoneNames(time_zone ?? 'UTC'), [time_zone])
  const { change, pending, error } = useChange(updateAccount, {
    quiet: true,
    invalidates: [getSession],
    onDone: () => {
      showDone(t('identity.saved'))
      if (language !== before.language) chooseLanguage(language)
    },
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    change({ body: profile })
  }
  const same = JSON.stringify(profile) === JSON.stringify(before)
  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        <TextInput
          label={t('identity.field.name')}
          autoComplete="name"
          required
          maxLength={120}
          value={name}
          onChange={event => setProfile({ ...profile, name: event.currentTarget.value })}
          error={fieldError(error, 'name')}
        />
        <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="md">
          <Select
            label={t('ui.language')}
            allowDeselect={false}
            data={[
              { value: asBrowser, label: t('identity.profile.asBrowser') },
              ...languages.map(one => ({ value: one as string, label: languageName(one) })),
            ]}
            value={language ?? asBrowser}
            onChange={chosen =>
              setProfile({ ...profile, language: languages.find(one => one === chosen) ?? null })
            }
          />
          <Select
            label={t('identity.place.timeZone')}
            description={t('identity.profile.timeZoneHint')}
            inputWrapperOrder={['label', 'input', 'description', 'error']}
            searchable
            allowDeselect={false}
            nothingFoundMessage={t('identity.place.none')}
            data={[
              {
                value: asWorkspace,
                label: t('identity.profile.asWorkspace', { zone: workspace?.time_zone ?? 'UTC' }),
              },
              ...zones,
            ]}
            value={time_zone ?? asWorkspace}
            onChange={chosen => setProfile({ ...profile, time_zone: chosen === asWorkspace ? null : chosen })}
            error={fieldError(error, 'time_zone')}
          />
        </SimpleGrid>
        <FormProblem error={error} fields={['name', 'time_zone']} />
        <Group>
          <Button type="submit" variant="default" loading={pending} disabled={same}>
            {t('identity.save')}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}

/** Which messages come by mail. */
export function Notices() {
  const { account } = useSession()
  // Not closed while it is written: that would take the focus away from who goes from switch to switch.
  const { change } = useChange(updateAccount, {
    invalidates: [getSession],
    optimistic: ({ body }) => [
      edit(getSession, {}, session => ({
        ...session,
        account: session.account && { ...session.account, muted: body?.muted ?? session.account.muted },
      })),
    ],
    onDone: () => showDone(t('identity.saved')),
  })
  const muted = account?.muted ?? []
  const turn = (kind: NoticeKind, on: boolean) =>
    change({ body: { muted: on ? muted.filter(one => one !== kind) : [...muted, kind] } })
  return (
    <Section
      title={t('identity.notice.title')}
      text={t('identity.notice.text', { email: account?.email ?? '' })}
    >
      <Stack gap="sm">
        {noticeKinds.map(kind => (
          <Switch
            key={kind}
            label={t(`identity.notice.${kind}`)}
            description={t(`identity.notice.${kind}Hint`)}
            checked={!muted.includes(kind)}
            onChange={event => turn(kind, event.currentTarget.checked)}
          />
        ))}
      </Stack>
    </Section>
  )
}
