import type { Ctx } from '../core/ctx.ts'
import { loadCatalogue } from './catalogue.ts'
import { allKinds } from './kind.contract.ts'
import { listRecords } from './list.ts'

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
  const found: Found[] = []
  for (const kind of allKinds().filter(one => one.search !== undefined)) {
    const visible = catalogue.get(kind.name)
    if (!visible) continue
    const detail = detailTypes.flatMap(type =>
      visible.fields.filter(field => field.type === type && field.searchable && field.key !== kind.title),
    )
    const { items } = await listRecords(ctx, kind, { search: q, limit })
    for (const item of items) {
      const shown = detail
        .map(field => item[field.key])
        .filter(value => typeof value === 'string' && value !== '')
      const title = item[kind.title]
      const [first, ...others] = typeof title === 'string' && title !== '' ? [title, ...shown] : shown
      found.push({
        kind: kind.name,
        id: item.id,
        title: typeof first === 'string' ? first : item.id,
        detail: typeof others[0] === 'string' ? others[0] : null,
      })
    }
  }
  return found
}
