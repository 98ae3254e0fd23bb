import { call } from '../../../core/web/call.ts'
import { invalidate } from '../../../core/web/query.ts'
import type { CatalogueKind } from '../../catalogue.contract.ts'
import { listKinds } from '../../fields.contract.ts'
import { findKind } from '../../kind.contract.ts'
import { endpointsOf } from '../../records.contract.ts'
import { listTags, restoreTag } from '../../tags.contract.ts'

/** What shows tags is asked again. */
export function refreshTags({ name }: CatalogueKind) {
  // A kind whose pages were not opened yet has nothing on the screen.
  const kind = findKind(name)
  const shown = kind ? [endpointsOf(kind).list, endpointsOf(kind).get] : []
  return invalidate([listTags, listKinds, ...shown])
}

export const restore = async (kind: CatalogueKind, id: string) => {
  await call(restoreTag, { params: { kind: kind.name, id } })
  await refreshTags(kind)
}
