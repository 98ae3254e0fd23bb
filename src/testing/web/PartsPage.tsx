import { Badge, Button, Group, Select, SimpleGrid, Stack, Tabs, TextInput } from '@mantine/core'
import { IconUsers } from '@tabler/icons-react'
import { useState } from 'react'
import { ApiError } from '../../core/web/api-error.ts'
import { ConfirmDialog } from '../../ui/ConfirmDialog.tsx'
import { Chart } from '../../ui/chart/Chart.tsx'
import { EmptyState } from '../../ui/EmptyState.tsx'
import { ErrorState } from '../../ui/ErrorState.tsx'
import { FileDrop } from '../../ui/FileDrop.tsx'
import { Page } from '../../ui/Page.tsx'
import { Progress } from '../../ui/Progress.tsx'
import { Score } from '../../ui/Score.tsx'
import { Steps } from '../../ui/Steps.tsx'
import { showDone, showError, showUndo } from '../../ui/toast.tsx'
import { RelativeTime } from '../../ui/values.tsx'

const days = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri']
const counts = [3, 9, 4, 12, 7]
const option = {
  xAxis: { type: 'category', data: days },
  yAxis: { type: 'value' },
  series: [{ type: 'bar', name: 'Visits', data: counts }],
}
const table = { columns: ['Day', 'Visits'], rows: days.map((day, index) => [day, counts[index] ?? 0]) }

export function PartsPage() {
  const [asking, setAsking] = useState(false)
  const [file, setFile] = useState('')
  const [said, setSaid] = useState('nothing')
  return (
    <Page
      title="Parts"
      subtitle="Every component at once"
      breadcrumbs={[{ label: 'Gallery', to: '/table' }, { label: 'Parts' }]}
      actions={
        <>
          <Button variant="default" onClick={() => setAsking(true)}>
            Ask first
          </Button>
          <Button onClick={() => showUndo({ message: 'Deleted 3 people.', undo: () => setSaid('undone') })}>
            Delete
          </Button>
        </>
      }
    >
      <Stack gap="lg">
        <Group>
          <Button variant="light" onClick={() => showDone('Saved.')}>
            Say done
          </Button>
          <Button
            variant="subtle"
            onClick={() => showError(new ApiError({ status: 0, code: 'unreachable' }))}
          >
            Say error
          </Button>
          <Button color="clay">Danger</Button>
          <Badge>Usual</Badge>
          <Badge color="gray">Grey</Badge>
          <Badge color="amber">Amber</Badge>
          <Badge color="clay">Clay</Badge>
          <span>{said}</span>
          <RelativeTime at="2026-03-02T09:00:00.000Z" />
        </Group>
        <Steps
          label="Import"
          steps={['File', 'Columns', 'Check', 'Run']}
          current={1}
          onGo={() => undefined}
        />
        <SimpleGrid cols={{ base: 1, sm: 2 }}>
          <Score
            label="Net Promoter Score"
            value={34}
            low={21}
            high={46}
            n={212}
            scale={[-100, 100]}
            format={{ maximumFractionDigits: 0, signDisplay: 'exceptZero' }}
          />
          <Progress label="Importing people" value={0.42} detail="4,200 of 10,000 rows" />
        </SimpleGrid>
        <Chart label="Visits rose from 3 on Monday to 12 on Thursday." option={option} table={table} />
        <FileDrop label={file || 'Choose a CSV file'} accept=".csv" onFile={chosen => setFile(chosen.name)} />
        <Group align="end">
          <TextInput label="Name" placeholder="Your name" error="This is needed." />
          <Select label="Tier" data={['Gold', 'Silver']} />
        </Group>
        <Tabs defaultValue="one">
          <Tabs.List>
            <Tabs.Tab value="one">One</Tabs.Tab>
            <Tabs.Tab value="two">Two</Tabs.Tab>
          </Tabs.List>
          <Tabs.Panel value="one">First</Tabs.Panel>
        </Tabs>
        <EmptyState icon={IconUsers} title="No people yet" action={<Button>Import people</Button>}>
          Import a file, send events, or add the first person by hand.
        </EmptyState>
        <ErrorState
          error={new ApiError({ status: 503, code: 'unavailable', request_id: 'r-1' })}
          onRetry={() => undefined}
        />
      </Stack>
      <ConfirmDialog
        opened={asking}
        danger
        title="Delete for good?"
        confirmLabel="Delete for good"
        onConfirm={() => setAsking(false)}
        onClose={() => setAsking(false)}
      >
        This cannot be undone.
      </ConfirmDialog>
    </Page>
  )
}
