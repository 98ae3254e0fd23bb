import { Text, Title } from '@mantine/core'
import { useDocumentTitle } from '@mantine/hooks'
import type { ReactNode } from 'react'
import { LanguageChoice } from '../../ui/LanguageChoice.tsx'
import mark from '../../ui/mark.svg'
import classes from './BareFrame.module.css'

interface BareFrameProps {
  title: string
  lead?: string
  wide?: boolean
  children: ReactNode
}

/** A page without navigation, for people who are not inside yet. */
export function BareFrame({ title, lead, wide = false, children }: BareFrameProps) {
  useDocumentTitle(`${title} · Rapport`)
  return (
    <main className={classes.ground}>
      <div className={classes.sheet} data-wide={wide || undefined}>
        <div className={classes.brand}>
          <img src={mark} alt="" className={classes.mark} />
          Rapport
        </div>
        <div className={classes.card}>
          <Title order={1}>{title}</Title>
          {lead === undefined ? (
            <div className={classes.lead} />
          ) : (
            <Text className={classes.lead}>{lead}</Text>
          )}
          {children}
        </div>
        <LanguageChoice />
      </div>
    </main>
  )
}
