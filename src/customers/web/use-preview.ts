import { keepPreviousData, useQuery } from '@tanstack/react-query'
import type { Call, Endpoint, Reply } from '../../core/endpoint.ts'
import { call } from '../../core/web/call.ts'

/** What a write would do: asked like a read, again whenever a choice changes, never kept. */
export function usePreview<E extends Endpoint>(endpoint: E, input: Call<E> | undefined) {
  return useQuery<Reply<E>>({
    queryKey: [endpoint.id, 'preview', input],
    queryFn: ({ signal }) => call(endpoint, input ?? {}, { signal }),
    enabled: input !== undefined,
    staleTime: 0,
    gcTime: 0,
    retry: false,
    ...(input === undefined ? {} : { placeholderData: keepPreviousData }),
  })
}
