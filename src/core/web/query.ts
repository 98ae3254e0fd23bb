import {
  type InfiniteData,
  keepPreviousData,
  onlineManager,
  QueryClient,
  type QueryKey,
  useInfiniteQuery,
  useMutation,
  useMutationState,
  useQuery,
} from '@tanstack/react-query'
import { useEffect, useMemo, useRef, useSyncExternalStore } from 'react'
import type { Call, Endpoint, Reply } from '../endpoint.ts'
import { ApiError } from './api-error.ts'
import { call } from './call.ts'

export const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 15_000,
      retry: (failures, error) => failures < 2 && isPassing(error),
      refetchOnWindowFocus: true,
    },
  },
})

/** Worth trying again: the server was away or busy, not: it said no. */
function isPassing(error: unknown): boolean {
  return error instanceof ApiError && (error.status === 0 || error.status === 429 || error.status >= 502)
}

const keyOf = (endpoint: Endpoint, input: Call<Endpoint>): QueryKey => [
  endpoint.id,
  input.params ?? {},
  input.query ?? {},
]
const pagesKeyOf = (endpoint: Endpoint, input: Call<Endpoint>): QueryKey => [
  endpoint.id,
  'pages',
  input.params ?? {},
  input.query ?? {},
]

interface ReadOptions {
  /** False: not asked yet. */
  enabled?: boolean
  /** Show what was there before while the next answer is under way. */
  keep?: boolean
  refetch_ms?: number | false
}

export function useEndpoint<E extends Endpoint>(
  endpoint: E,
  input: Call<E> = {},
  { enabled = true, keep = false, refetch_ms = false }: ReadOptions = {},
) {
  return useQuery<Reply<E>>({
    queryKey: keyOf(endpoint, input),
    queryFn: ({ signal }) => call(endpoint, input, { signal }),
    enabled,
    refetchInterval: refetch_ms,
    ...(keep ? { placeholderData: keepPreviousData } : {}),
  })
}

interface PageOf<Item> {
  items: Item[]
  next: string | null
}
type ItemOf<E extends Endpoint> = Reply<E> extends PageOf<infer Item> ? Item : never

interface InfiniteOptions extends Omit<ReadOptions, 'refetch_ms'> {
  /** Only asked again when told to: a list that may be hundreds of pages long when the reader comes back to it. */
  steady?: boolean
}

/** A list of any length: pages are asked for as they are needed and joined. */
export function useInfinite<E extends Endpoint>(
  endpoint: E,
  input: Call<E> = {},
  { enabled = true, keep = false, steady = false }: InfiniteOptions = {},
) {
  const result = useInfiniteQuery<
    PageOf<ItemOf<E>>,
    Error,
    InfiniteData<PageOf<ItemOf<E>>>,
    QueryKey,
    string | null
  >({
    queryKey: pagesKeyOf(endpoint, input),
    queryFn: async ({ pageParam, signal }) => {
      const query = pageParam === null ? input.query : { ...(input.query as object), after: pageParam }
      return (await call(endpoint, { ...input, query } as Call<E>, { signal })) as PageOf<ItemOf<E>>
    },
    initialPageParam: null,
    getNextPageParam: last => last.next,
    enabled,
    ...(steady
      ? { staleTime: Number.POSITIVE_INFINITY, refetchOnWindowFocus: false, refetchOnReconnect: false }
      : {}),
    ...(keep ? { placeholderData: keepPreviousData } : {}),
  })
  const items = useMemo(() => result.data?.pages.flatMap(page => page.items) ?? [], [result.data])
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = result
  return {
    items,
    /** With what it says beside its items. */
    first_page: result.data?.pages[0] as Reply<E> | undefined,
    has_more: hasNextPage,
    is_loading: result.isPending && enabled,
    is_loading_more: isFetchingNextPage,
    is_fetching: result.isFetching,
    error: result.error,
    more: () => {
      if (hasNextPage && !isFetchingNextPage) void fetchNextPage()
    },
    refetch: () => void result.refetch(),
  }
}

/** Pages of a list that are there already. */
export const readPages = <E extends Endpoint>(endpoint: E, input: Call<E>): readonly PageOf<ItemOf<E>>[] =>
  queries.getQueryData<InfiniteData<PageOf<ItemOf<E>>>>(pagesKeyOf(endpoint, input))?.pages ?? []

/** Pages of a list that are there already, for who brings them up to date by hand; undefined leaves them. */
export function editPages<E extends Endpoint>(
  endpoint: E,
  input: Call<E>,
  update: (pages: readonly PageOf<ItemOf<E>>[]) => PageOf<ItemOf<E>>[] | undefined,
): void {
  queries.setQueryData<InfiniteData<PageOf<ItemOf<E>>>>(pagesKeyOf(endpoint, input), shown => {
    const pages = shown && update(shown.pages)
    return pages ? { ...shown, pages } : shown
  })
}

/** One answer already on the screen, changed before the server has agreed. */
export interface OptimisticEdit {
  endpoint: Endpoint
  input?: Call<Endpoint>
  update: (shown: never) => unknown
}

export const edit = <E extends Endpoint>(
  endpoint: E,
  input: Call<E>,
  update: (shown: Reply<E>) => Reply<E>,
): OptimisticEdit => ({ endpoint, input, update })

/** Applies the edits and returns how to take them back. */
function applyEdits(edits: readonly OptimisticEdit[]): () => void {
  const before: [QueryKey, unknown][] = []
  for (const { endpoint, input, update } of edits) {
    const key = input ? keyOf(endpoint, input) : [endpoint.id]
    for (const [found, data] of queries.getQueriesData({ queryKey: key })) {
      if (data === undefined) continue
      before.push([found, data])
      queries.setQueryData(found, update(data as never))
    }
  }
  return () => {
    for (const [key, data] of before) queries.setQueryData(key, data)
  }
}

/** The same change in every loaded page of a list. */
export function editItems<E extends Endpoint>(
  endpoint: E,
  update: (item: ItemOf<E>) => ItemOf<E>,
): OptimisticEdit {
  const inPage = (page: PageOf<ItemOf<E>>) => ({ ...page, items: page.items.map(update) })
  return {
    endpoint,
    update: (shown: InfiniteData<PageOf<ItemOf<E>>> | PageOf<ItemOf<E>>) =>
      'pages' in shown ? { ...shown, pages: shown.pages.map(inPage) } : inPage(shown),
  }
}

export function invalidate(endpoints: readonly Endpoint[]): Promise<unknown> {
  return Promise.all(endpoints.map(endpoint => queries.invalidateQueries({ queryKey: [endpoint.id] })))
}

let announce: (error: unknown) => void = () => undefined
/** Where failed changes are shown; the shell says so once. */
export function onChangeFailed(handler: (error: unknown) => void): void {
  announce = handler
}

interface ChangeOptions<E extends Endpoint> {
  /** Whose answers are asked again afterwards. */
  invalidates?: readonly Endpoint[]
  optimistic?: (input: Call<E>) => readonly OptimisticEdit[]
  onDone?: (reply: Reply<E>, input: Call<E>) => void
  onFailed?: (error: unknown, input: Call<E>) => void
  /** The page shows the error itself, as long as it is there. */
  quiet?: boolean
}

/** How many changes wait for the connection. They are sent when it is back, unless the page is closed before. */
export const useWaitingChanges = (): number =>
  useMutationState({ filters: { predicate: one => one.state.isPaused }, select: () => true }).length

/** Without a connection nothing is asked for either: what is on the page stays as it was. */
export const useIsOnline = (): boolean =>
  useSyncExternalStore(
    onChange => onlineManager.subscribe(onChange),
    () => onlineManager.isOnline(),
  )

function useIsThere() {
  const isThere = useRef(false)
  useEffect(() => {
    isThere.current = true
    return () => void (isThere.current = false)
  }, [])
  return isThere
}

export function useChange<E extends Endpoint>(endpoint: E, options: ChangeOptions<E> = {}) {
  const isThere = useIsThere()
  const mutation = useMutation<Reply<E>, Error, Call<E>, () => void>({
    mutationFn: input => call(endpoint, input, { idempotency_key: crypto.randomUUID() }),
    onMutate: async input => {
      const edits = options.optimistic?.(input) ?? []
      await Promise.all(edits.map(one => queries.cancelQueries({ queryKey: [one.endpoint.id] })))
      return applyEdits(edits)
    },
    onSuccess: (reply, input) => options.onDone?.(reply, input),
    onError: (error, input, takeBack) => {
      takeBack?.()
      if (!options.quiet || !isThere.current) announce(error)
      options.onFailed?.(error, input)
    },
    onSettled: () => invalidate(options.invalidates ?? []),
  })
  return {
    /** Starts it; failures are shown. */
    change: (input: Call<E>) => mutation.mutate(input),
    /** The same for who wants to wait; rejects. */
    changing: (input: Call<E>) => mutation.mutateAsync(input),
    pending: mutation.isPending,
    error: mutation.error,
    reset: mutation.reset,
  }
}
