import type { Ctx } from '../core/ctx.ts'
import { loadCatalogue } from './catalogue.ts'
import { allKinds } from './kind.contract.ts'
import { searchStretch } from './list.ts'
import { fetchStretches } from './query.ts'
import { showing } from './shown.ts'

export interface Found {
  kind: string
  id: string
  title: string
  detail: string | null
}

const detailTypes = ['email', 'phone', 'url', 'text']

/** The same search in every kind that has one, within the reader's rights. */
export async function searchAll(ctx: Ctx, { q, limit }: { q: string; limit: number }): Promise<Found[]> {
  const catalogue = await loadCatalogue(ctx)
  const kinds = allKinds().filter(one => one.search !== undefined && catalogue.has(one.name))
  if (!q.trim()) return []
  const stretches = await Promise.all(
    kinds.map(kind => searchStretch(ctx, kind, { catalogue, search: q, limit })),
  )
  const rows = await fetchStretches(ctx, stretches)
  return kinds.flatMap((kind, index) => {
    const visible = catalogue.get(kind.name)
    if (!visible) return []
    const detail = detailTypes.flatMap(type =>
      visible.fields.filter(field => field.type === type && field.searchable && field.key !== kind.title),
    )
    return (rows[index] ?? []).map(showing(visible)).map(item => {
      const shown = detail
        .map(field => item[field.key])
        .filter(value => typeof value === 'string' && value !== '')
      const title = item[kind.title]
      const [first, ...others] = typeof title === 'string' && title !== '' ? [title, ...shown] : shown
      return {
        kind: kind.name,
        id: item.id,
        title: typeof first === 'string' ? first : item.id,
        detail: typeof others[0] === 'string' ? others[0] : null,
      }
    })
  })
}
