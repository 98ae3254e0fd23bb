import { useQueries } from '@tanstack/react-query'
import { useMemo } from 'react'
import type { Reply } from '../../core/endpoint.ts'
import { call } from '../../core/web/call.ts'
import { useEndpoint } from '../../core/web/query.ts'
import { listMembers } from '../../identity/members.contract.ts'
import { listTitles } from '../records.contract.ts'

/** Members by id: owners of records. */
export function useMembers(): ReadonlyMap<string, string> {
  const { data } = useEndpoint(listMembers, { query: { limit: 200 } })
  return useMemo(() => new Map(data?.items.map(member => [member.id, member.name])), [data])
}

const size = 100

/** References to records of one kind. */
export interface References {
  kind: string
  ids: readonly string[]
}

/** Names of the records that something refers to, asked for in groups that stay the same while a list grows. */
export function useTitles(references: readonly References[]): ReadonlyMap<string, string> {
  const chunks = useMemo(() => references.flatMap(chunksOf), [references])
  return useQueries({
    queries: chunks.map(query => ({
      queryKey: [listTitles.id, query],
      queryFn: ({ signal }: { signal: AbortSignal }) => call(listTitles, { query }, { signal }),
      staleTime: 60_000,
    })),
    combine: titlesOf,
  })
}

function chunksOf({ kind, ids }: References): { kind: string; ids: string }[] {
  const all = [...new Set(ids)]
  return Array.from({ length: Math.ceil(all.length / size) }, (_, index) => ({
    kind,
    ids: all.slice(index * size, (index + 1) * size).join(),
  }))
}

const titlesOf = (answers: readonly { data?: Reply<typeof listTitles> | undefined }[]) =>
  new Map(answers.flatMap(({ data }) => data?.items.map(item => [item.id, item.title] as const) ?? []))

/** Names of one reference. */
export const useTitle = (kind: string | undefined, id: string | null): ReadonlyMap<string, string> =>
  useTitles(useMemo(() => (kind && id ? [{ kind, ids: [id] }] : []), [kind, id]))
