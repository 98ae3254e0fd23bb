import { useEffect, useState } from 'react'

export interface PaletteSource {
  id: string
  label: string
  run: (
    text: string,
    signal: AbortSignal,
  ) => Promise<{ id: string; label: string; hint?: string; to: string }[]>
}

export interface FoundGroup {
  id: string
  label: string
  hits: { id: string; label: string; hint?: string; to: string }[]
}

async function ask(
  text: string,
  sources: readonly PaletteSource[],
  signal: AbortSignal,
): Promise<FoundGroup[]> {
  const answers = await Promise.allSettled(sources.map(source => source.run(text, signal)))
  return sources.flatMap((source, index) => {
    const answer = answers[index]
    return answer?.status === 'fulfilled' && answer.value.length
      ? [{ id: source.id, label: source.label, hits: answer.value.slice(0, 8) }]
      : []
  })
}

const nothing: FoundGroup[] = []

/** Asks every source while the person types; a newer question cancels the older one. */
export function useFound(text: string, sources: readonly PaletteSource[]) {
  const [answered, setAnswered] = useState({ text: '', groups: nothing })
  const asked = text.trim()
  useEffect(() => {
    if (!asked) return undefined
    const abort = new AbortController()
    const timer = setTimeout(async () => {
      const groups = await ask(asked, sources, abort.signal)
      if (!abort.signal.aborted) setAnswered({ text: asked, groups })
    }, 90)
    return () => {
      abort.abort()
      clearTimeout(timer)
    }
  }, [asked, sources])
  return { groups: asked ? answered.groups : nothing, searching: asked !== '' && answered.text !== asked }
}
