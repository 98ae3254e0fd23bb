import { useEffect, useState } from 'react'

export interface PaletteSource {
  id: string
  label: string
  run: (text: string, signal: AbortSignal) => Promise<Hit[]>
  /** What stands there before anything is typed. */
  recent?: { label: string; run: (signal: AbortSignal) => Promise<Hit[]> }
}

interface Hit {
  id: string
  label: string
  hint?: string
  to: string
}

export interface FoundGroup {
  id: string
  label: string
  hits: Hit[]
}

async function ask(
  text: string,
  sources: readonly PaletteSource[],
  signal: AbortSignal,
): Promise<FoundGroup[]> {
  const asked = sources.flatMap(({ id, label, run, recent }) => {
    if (text) return [{ id, label, answer: run(text, signal) }]
    return recent ? [{ id: `${id}.recent`, label: recent.label, answer: recent.run(signal) }] : []
  })
  const answers = await Promise.allSettled(asked.map(one => one.answer))
  return asked.flatMap(({ id, label }, index) => {
    const answer = answers[index]
    return answer?.status === 'fulfilled' && answer.value.length
      ? [{ id, label, hits: answer.value.slice(0, 8) }]
      : []
  })
}

const nothing: FoundGroup[] = []

/** Asks every source while the person types; a newer question cancels the older one. */
export function useFound(text: string, sources: readonly PaletteSource[]) {
  const [answered, setAnswered] = useState<{ text: string | null; groups: FoundGroup[] }>({
    text: null,
    groups: nothing,
  })
  const asked = text.trim()
  useEffect(() => {
    const abort = new AbortController()
    const wait_ms = asked ? 90 : 0
    const timer = setTimeout(async () => {
      const groups = await ask(asked, sources, abort.signal)
      if (!abort.signal.aborted) setAnswered({ text: asked, groups })
    }, wait_ms)
    return () => {
      abort.abort()
      clearTimeout(timer)
    }
  }, [asked, sources])
  const isCurrent = answered.text === asked
  // What was found for the letters before stays until the next answer, but not under an empty line.
  return {
    groups: asked || isCurrent ? shownOf(answered, asked) : nothing,
    searching: asked !== '' && !isCurrent,
  }
}

/** What one looked at last is no answer to a word. */
const shownOf = (answered: { text: string | null; groups: FoundGroup[] }, asked: string): FoundGroup[] =>
  asked && answered.text === '' ? nothing : answered.groups
