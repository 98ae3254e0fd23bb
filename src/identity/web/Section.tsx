import { Group, Stack, Text, Title } from '@mantine/core'
import type { ReactNode } from 'react'

interface SectionProps {
  title: string
  text?: string
  action?: ReactNode
  children: ReactNode
}

/** One subject of a settings page. */
export function Section({ title, text, action, children }: SectionProps) {
  return (
    <Stack component="section" gap="sm" mb="xl">
      <Group justify="space-between" align="flex-end" gap="xs">
        <div>
          <Title order={2}>{title}</Title>
          {text !== undefined && (
            <Text c="dimmed" size="sm" mt={2}>
              {text}
            </Text>
          )}
        </div>
        {action}
      </Group>
      {children}
    </Stack>
  )
}
