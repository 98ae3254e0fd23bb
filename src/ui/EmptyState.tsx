import { Text, Title } from '@mantine/core'
import type { ComponentType, ReactNode } from 'react'
import classes from './EmptyState.module.css'

interface EmptyStateProps {
  icon: ComponentType<{ size?: number | string; stroke?: number | string }>
  title: string
  /** What this place is for and what to do next, in a sentence or two. */
  children?: ReactNode
  action?: ReactNode
}

export function EmptyState({ icon: Icon, title, children, action }: EmptyStateProps) {
  return (
    <div className={classes.empty}>
      <div className={classes.icon} aria-hidden>
        <Icon size={26} stroke={1.5} />
      </div>
      <Title order={2} className={classes.title}>
        {title}
      </Title>
      {children !== undefined && (
        <Text component="div" size="md" c="dimmed" className={classes.text}>
          {children}
        </Text>
      )}
      {action && <div className={classes.action}>{action}</div>}
    </div>
  )
}
