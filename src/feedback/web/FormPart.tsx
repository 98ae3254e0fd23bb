import { Stack, Text } from '@mantine/core'
import type { ReactNode } from 'react'

interface FormPartProps {
  title: string
  help: string
  children: ReactNode
}

/** A part of a survey's form that has questions of its own. */
export const FormPart = ({ title, help, children }: FormPartProps) => (
  <Stack gap="sm" component="section" aria-label={title}>
    <div>
      <Text size="sm" fw={560}>
        {title}
      </Text>
      <Text size="xs" c="dimmed">
        {help}
      </Text>
    </div>
    {children}
  </Stack>
)
