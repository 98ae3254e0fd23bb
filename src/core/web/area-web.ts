import type { ComponentType } from 'react'
import type { Catalogue } from './i18n.ts'

/** A page's file has the component as its default export and is loaded when it is first opened. */
export type LazyView<Props = object> = () => Promise<{ default: ComponentType<Props> }>

export interface PageRoute {
  /** `/people/$person_id`: parameters begin with a dollar sign. */
  path: string
  page: LazyView
  /** `bare` stands without the navigation: signing in, setting up. */
  shell?: 'app' | 'bare'
  nav?: NavEntry
  /** Whose role lacks it is told so; a page of the navigation has that of its entry. */
  permission?: string
}

export interface NavEntry {
  label: string
  icon: ComponentType<{ size?: number | string; stroke?: number | string }>
  order: number
  section?: 'main' | 'settings'
  /** Left out for people whose role lacks it. */
  permission?: string
  /** Letters typed one after the other from anywhere, e.g. `g p`. */
  keys?: string
}

export type SlotName =
  | 'record.tab'
  | 'record.numbers'
  | 'record.aside'
  | 'home.card'
  | 'shell.workspace'
  | 'shell.account'
  | 'list.actions'
  | 'settings.section'

/** What is marked in a list: also rows that are not loaded, so its ids have to be asked for. */
export interface Selection {
  count: number
  ids: (signal: AbortSignal) => Promise<readonly string[]>
}

export interface SlotProps {
  kind: string
  id: string
  selection: Selection
  collapsed: boolean
}

/** What an upper area puts on a page of a lower one. */
export interface SlotFill {
  slot: SlotName
  order: number
  label?: string
  /** Only for these kinds of record; without it, for all. */
  for?: readonly string[]
  permission?: string
  view: LazyView<SlotProps>
}

export interface SearchHit {
  id: string
  label: string
  hint?: string
  to: string
}

export interface Search {
  id: string
  label: string
  permission?: string
  run: (text: string, signal: AbortSignal) => Promise<SearchHit[]>
  /** What stands there before anything is typed. */
  recent?: { label: string; run: (signal: AbortSignal) => Promise<SearchHit[]> }
}

/** The web door of an area: everything `src/web.tsx` composes. */
export interface AreaWeb {
  name: string
  /** There from the start where its pages come before signing in, else loaded with the first page behind it. */
  english: Catalogue | (() => Promise<{ default: Catalogue }>)
  /** Loaded only where it is read. */
  german: () => Promise<{ default: Catalogue }>
  pages?: readonly PageRoute[]
  slots?: readonly SlotFill[]
  searches?: readonly Search[]
}
