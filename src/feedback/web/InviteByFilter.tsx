import { Alert, Button, Group, List, Stack, Text, Textarea } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { call } from '../../core/web/call.ts'
import { t } from '../../core/web/i18n.ts'
import { useChange } from '../../core/web/query.ts'
import { errorText } from '../../ui/errors.ts'
import { showDone } from '../../ui/toast.tsx'
import { inviteMatching, listInvitations } from '../surveys.contract.ts'

interface InviteByFilterProps {
  surveyId: string
  days: number | string
  onDone: () => void
}

/** The filter language is the same in every language. */
const example = 'country = "DE" and last_seen_at >= today - 90 days'

/** Everybody who matches a filter; how many are left out, and why, is said before anything is made. */
export function InviteByFilter({ surveyId, days, onDone }: InviteByFilterProps) {
  const [filter, setFilter] = useState('')
  const [asked] = useDebouncedValue(filter.trim(), 400)
  const good = typeof days === 'number'
  const input = { params: { id: surveyId }, body: { filter: asked, days: Number(days) } }
  const preview = useQuery({
    queryKey: [inviteMatching.id, 'preview', input],
    queryFn: ({ signal }) =>
      call(inviteMatching, { ...input, body: { ...input.body, dry_run: true } }, { signal }),
    enabled: good,
    retry: false,
    gcTime: 0,
  })
  const invite = useChange(inviteMatching, {
    invalidates: [listInvitations],
    onDone: ({ created }) => {
      showDone(t('feedback.invite.made', { count: created }))
      onDone()
    },
  })
  const found = asked === filter.trim() ? preview.data : undefined
  return (
    <Stack>
      <Textarea
        label={t('feedback.invite.filter')}
        description={t('feedback.invite.filterHelp')}
        placeholder={example}
        autosize
        minRows={2}
        maxRows={6}
        value={filter}
        onChange={event => setFilter(event.currentTarget.value)}
        data-autofocus
      />
      {preview.error && (
        <Alert color="clay" role="alert">
          {errorText(preview.error)}
        </Alert>
      )}
      <div aria-live="polite">
        {found && (
          <>
            <Text size="sm">
              {t('feedback.invite.matched', { count: found.matched })}
              {found.unchanged > 0 && ` ${t('feedback.invite.haveOne', { count: found.unchanged })}`}
            </Text>
            {found.left_out.length > 0 && (
              <List size="sm" mt={4}>
                {found.left_out.map(({ reason, count }) => (
                  <List.Item key={reason}>{t(`feedback.invite.leftOut.${reason}`, { count })}</List.Item>
                ))}
              </List>
            )}
          </>
        )}
      </div>
      <Group justify="flex-end">
        <Button
          loading={invite.pending}
          disabled={!good || !found || found.created === 0}
          onClick={() => invite.change(input)}
        >
          {t('feedback.invite.submit', { count: found?.created ?? 0 })}
        </Button>
      </Group>
    </Stack>
  )
}
