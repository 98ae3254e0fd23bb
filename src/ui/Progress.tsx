import { Progress as Bar, Group, Text } from '@mantine/core'
import type { ReactNode } from 'react'
import { formatPercent } from '../core/web/format.ts'

interface ProgressProps {
  label: string
  /** 0 … 1; absent while the end is unknown. */
  value?: number | undefined
  detail?: ReactNode
}

export function Progress({ label, value, detail }: ProgressProps) {
  const percent = value === undefined ? 100 : Math.round(Math.min(1, Math.max(0, value)) * 100)
  return (
    <div>
      <Group justify="space-between" mb={4} gap="xs">
        <Text size="sm" fw={560}>
          {label}
        </Text>
        <Text size="sm" c="dimmed" className="rp-number">
          {value === undefined ? detail : formatPercent(percent / 100)}
        </Text>
      </Group>
      <Bar.Root size="md">
        <Bar.Section
          value={percent}
          animated={value === undefined}
          aria-label={label}
          {...(value === undefined ? { 'aria-valuenow': undefined } : {})}
        />
      </Bar.Root>
      {value !== undefined && detail !== undefined && (
        <Text component="div" size="sm" c="dimmed" mt={4} className="rp-number">
          {detail}
        </Text>
      )}
    </div>
  )
}
